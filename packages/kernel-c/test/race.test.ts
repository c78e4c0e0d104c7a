import { beforeAll, describe, expect, it } from 'vitest';
import { loadC, readRace } from '../src/index.js';

beforeAll(() => loadC());

describe('a race', () => {
  it('is read', () => {
    const { scenario } = readRace('C x\n\nP0(int *a) { WRITE_ONCE(*a, 1); }\n\nexists (a=1)\n', 'x.c');
    expect(Object.keys(scenario.agents)).toEqual(['P0']);
  });
});
