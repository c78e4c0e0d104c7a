import { type AccessKind, pteFromBigInt, pteHex } from '@racewalk/core';
import { describe, expect, test } from 'vitest';
import { svadeWalker, svaduWalker } from '../src/walker.js';

/** V 1, R 2, W 4, X 8, U 0x10, A 0x40, D 0x80. */
type Row = readonly [access: AccessKind, before: bigint, svadu: bigint | string, svade: bigint | string];

const ROWS: readonly Row[] = [
  ['load', 0x13n, 0x53n, 'access-flag'],
  ['load', 0x53n, 0x53n, 0x53n],
  ['store', 0x17n, 0xd7n, 'access-flag'],
  ['store', 0x57n, 0xd7n, 'permission'], // D = 0
  ['store', 0xd7n, 0xd7n, 0xd7n],
  ['store', 0xd3n, 'permission', 'permission'], // W = 0
  ['store', 0x13n, 'permission', 'permission'], // neither A nor D is set for an access that is refused
  ['load', 0x43n, 'permission', 'permission'], // U = 0
  ['load', 0x00n, 'translation', 'translation'],
  ['load', 0x22n, 'translation', 'translation'], // PROT_NONE
  ['load', 0x51n, 'translation', 'translation'], // a table, below the last level
  ['load', 0x59n, 'translation', 'translation'], // execute-only
];

describe.each([
  ['Svadu', svaduWalker, 2],
  ['Svade', svadeWalker, 3],
] as const)('%s', (_name, walker, column) => {
  test.each(ROWS)('%s through %i', (...row) => {
    const [access, before] = row;
    const outcome = row[column];
    const result = walker.walk(pteFromBigInt(before), access);
    const got = result.ok ? pteHex(result.entry) : result.fault;
    expect(got).toBe(typeof outcome === 'string' ? outcome : pteHex(pteFromBigInt(outcome)));
  });

  test('a store through a cached entry looks at memory again unless W and D are set', () => {
    expect(walker.permits(pteFromBigInt(0x57n), 'store')).toBe(false);
    expect(walker.permits(pteFromBigInt(0xd3n), 'store')).toBe(false);
    expect(walker.permits(pteFromBigInt(0xd7n), 'store')).toBe(true);
    expect(walker.permits(pteFromBigInt(0x53n), 'load')).toBe(true);
  });
});
