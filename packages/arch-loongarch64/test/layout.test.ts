import { expect, test } from 'vitest';
import { FIELDS } from '../src/layout.js';

const rows = (software: boolean) =>
  FIELDS.filter((f) => (f.software ?? false) === software).map((f) => [f.name, f.lo, f.hi]);

test('hardware fields stand where the manual has them (5.4.5 and 7.5.3)', () => {
  expect(rows(false)).toEqual([
    ['V', 0, 0],
    ['D', 1, 1],
    ['PLV', 2, 3],
    ['MAT', 4, 5],
    ['G', 6, 6],
    ['P', 7, 7],
    ['W', 8, 8],
    ['PA', 12, 47],
    ['NR', 61, 61],
    ['NX', 62, 62],
    ['RPLV', 63, 63],
  ]);
});

test('software fields stand where Linux has them (pgtable-bits.h)', () => {
  expect(rows(true)).toEqual([
    ['MODIFIED', 9, 9],
    ['PROTNONE', 10, 10],
    ['SPECIAL', 11, 11],
    ['DEVMAP', 59, 59],
    ['PRESENT_INVALID', 60, 60],
  ]);
});

test('fields do not overlap', () => {
  const taken = FIELDS.flatMap((f) => Array.from({ length: f.hi - f.lo + 1 }, (_, i) => f.lo + i));
  expect(new Set(taken).size).toBe(taken.length);
});
