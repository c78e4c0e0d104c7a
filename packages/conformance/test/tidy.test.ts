import { describe, expect, it } from 'vitest';
import { stepsOf, tidyPath } from '../src/matrix/replay/tidy.js';

describe('a tidied schedule', () => {
  it.each([
    ['moves a choice to the next step of its agent', [1, ~0, 0, 0, 1], [0, 0, 1, ~0, 1]],
    ['moves several at once, in order', [1, ~2, 1, ~0, 0, 1], [0, 1, ~2, 1, ~0, 1]],
    ['leaves a choice that nothing follows at the end', [1, ~0, 0], [0, 1, ~0]],
    ['leaves the rest alone', [0, 1, 0, 2], [0, 1, 0, 2]],
  ])('%s', (_, path, expected) => {
    expect(tidyPath(path)).toEqual(expected);
    expect(stepsOf(path)).toBe(stepsOf(expected));
  });
});
