import { expect, test } from 'vitest';
import { FIELDS } from '../src/layout.js';

const rows = (software: boolean) =>
  FIELDS.filter((f) => (f.software ?? false) === software).map((f) => [f.name, f.lo, f.hi]);

test('hardware fields stand where the manual has them (12.4 Sv39, 13 Svnapot, 14 Svpbmt)', () => {
  expect(rows(false)).toEqual([
    ['V', 0, 0],
    ['R', 1, 1],
    ['W', 2, 2],
    ['X', 3, 3],
    ['U', 4, 4],
    ['G', 5, 5],
    ['A', 6, 6],
    ['D', 7, 7],
    ['PPN', 10, 53],
    ['PBMT', 61, 62],
    ['N', 63, 63],
  ]);
});

test('software fields stand where Linux has them (RSW, bits 9:8)', () => {
  expect(rows(true)).toEqual([
    ['SPECIAL', 8, 8],
    ['DEVMAP', 9, 9],
  ]);
});

test('fields do not overlap', () => {
  const taken = FIELDS.flatMap((f) => Array.from({ length: f.hi - f.lo + 1 }, (_, i) => f.lo + i));
  expect(new Set(taken).size).toBe(taken.length);
});
