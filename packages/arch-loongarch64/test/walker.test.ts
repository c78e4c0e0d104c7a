import { type AccessKind, pteFromBigInt, pteHex } from '@racewalk/core';
import { describe, expect, test } from 'vitest';
import { hptwWalker, refillWalker } from '../src/walker.js';

/** V 1, D 2, PLV3 0xc, P 0x80, W 0x100, MODIFIED 0x200; without PLV3 in the comments. */
type Row = readonly [access: AccessKind, before: bigint, refill: bigint | string, hptw: bigint | string];

const ROWS: readonly Row[] = [
  ['load', 0x08cn, 0x08dn, 0x08dn], // old
  ['load', 0x18dn, 0x18dn, 0x18dn], // young
  ['store', 0x18cn, 0x38fn, 0x18fn], // old and clean: page invalid, or the walker sets V and D
  ['store', 0x18dn, 0x38fn, 0x18fn], // young and clean: page modify
  ['store', 0x38fn, 0x38fn, 0x38fn], // dirty
  ['store', 0x38dn, 0x38fn, 0x38fn], // dirty says MODIFIED, and D is set again
  ['store', 0x08dn, 'permission', 'permission'],
  ['store', 0x08cn, 'permission', 'permission'],
  ['load', 0x000n, 'translation', 'translation'],
  ['load', 0x40cn, 'translation', 'translation'], // PROT_NONE
  ['load', 0x081n, 'permission', 'permission'], // PLV0
  ['load', 0x2000_0000_0000_008dn, 'permission', 'permission'], // NR
  // Malformed entries, and why: the TLB has V and D, and does not know P and W.
  ['load', 0x00dn, 0x00dn, 'translation'],
  ['store', 0x08fn, 0x08fn, 'permission'],
];

describe.each([
  ['refill', refillWalker, 2],
  ['hptw', hptwWalker, 3],
] as const)('%s', (_name, walker, column) => {
  test.each(ROWS)('%s through %i', (...row) => {
    const [access, before] = row;
    const outcome = row[column];
    const result = walker.walk(pteFromBigInt(before), access);
    const got = result.ok ? pteHex(result.entry) : result.fault;
    expect(got).toBe(typeof outcome === 'string' ? outcome : pteHex(pteFromBigInt(outcome)));
  });

  test('a store through a cached entry looks at memory again unless D is set', () => {
    expect(walker.permits(pteFromBigInt(0x18dn), 'store')).toBe(false);
    expect(walker.permits(pteFromBigInt(0x18fn), 'store')).toBe(true);
    expect(walker.permits(pteFromBigInt(0x08dn), 'load')).toBe(true);
  });
});
