import { type AccessKind, pteFromBigInt, pteHex } from '@racewalk/core';
import { describe, expect, test } from 'vitest';
import { softDirtyX86_64, x86_64, x86Pae } from '../src/index.js';

/**
 * What an independent walker (QEMU 7.2; the same on a real processor where measured) does to the low
 * bits of an entry that user code may use: P 1, R/W 2, U/S 4, A 0x20, D 0x40.
 */
const ROWS: readonly (readonly [AccessKind, bigint, bigint | string])[] = [
  ['load', 0x005n, 0x025n],
  ['load', 0x007n, 0x027n],
  ['load', 0x045n, 0x065n],
  ['load', 0x047n, 0x067n],
  ['load', 0x067n, 0x067n],
  ['load', 0x105n, 0x125n],
  ['load', 0x107n, 0x127n],
  ['load', 0x004n, 'translation'],
  ['load', 0x026n, 'translation'],
  ['load', 0x106n, 'translation'],
  ['store', 0x007n, 0x067n],
  ['store', 0x027n, 0x067n],
  ['store', 0x047n, 0x067n],
  ['store', 0x067n, 0x067n],
  ['store', 0x107n, 0x167n],
  ['store', 0x147n, 0x167n],
  ['store', 0x005n, 'permission'],
  ['store', 0x045n, 'permission'],
  ['store', 0x004n, 'translation'],
  ['store', 0x024n, 'translation'],
  ['store', 0x066n, 'translation'],
  ['store', 0x146n, 'translation'],
];

describe.each([x86_64, x86Pae, softDirtyX86_64])('$id', ({ walker }) => {
  test.each(ROWS)('%s through %i', (access, before, outcome) => {
    const result = walker.walk(pteFromBigInt(before), access);
    const got = result.ok ? pteHex(result.entry) : result.fault;
    expect(got).toBe(typeof outcome === 'string' ? outcome : pteHex(pteFromBigInt(outcome)));
    if (result.ok) expect(result.cached).toBe(result.entry);
  });

  test('user code has no access to a supervisor page', () => {
    expect(walker.walk(pteFromBigInt(0x63n), 'load')).toEqual({ ok: false, fault: 'permission' });
  });

  test('a store through a cached entry looks at memory again unless D is set', () => {
    expect(walker.permits(pteFromBigInt(0x67n), 'store')).toBe(true);
    expect(walker.permits(pteFromBigInt(0x27n), 'store')).toBe(false);
    expect(walker.permits(pteFromBigInt(0x27n), 'load')).toBe(true);
  });
});
