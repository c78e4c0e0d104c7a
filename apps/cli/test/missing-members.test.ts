import { describe, expect, it } from 'vitest';
import { memberAdvice } from '../src/render/missing-members.js';

describe('a member that is not there', () => {
  it.each([
    [
      'TypeError: w.folio is not a function (old.mjs:4:64)',
      /w\.folio is linux\(w\)\.folio: import \{ linux \}/,
    ],
    ['TypeError: w.mapFolio is not a function', /linux\(w\)\.mapFolio/],
    ['k threw TypeError: m.world.tlbCells is not a function', /m\.world\.tlbs\.words\(mm, start, end, cpu\)/],
    ['TypeError: m.folioPut is not a function', /m\.k\.folioPut: yield\* m\.k\.folioPut/],
    ['TypeError: w.setInital is not a function', /did you mean setInitial\?/],
  ])('is found where it is: %s', (error, advice) => {
    expect(memberAdvice(error)).toMatch(advice);
  });

  it('and nothing is said of other errors, or of a name that nothing is like', () => {
    for (const error of [
      undefined,
      'TypeError: x is undefined',
      'TypeError: a.qqqqqqqqqqqqqqqqqq is not a function',
    ])
      expect(memberAdvice(error)).toBeNull();
  });
});
