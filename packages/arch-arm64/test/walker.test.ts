import { type AccessKind, pteFromBigInt, pteHex } from '@racewalk/core';
import { describe, expect, test } from 'vitest';
import { arm64Walker } from '../src/walker.js';

type Row = readonly [access: AccessKind, before: bigint, outcome: bigint | string];

/**
 * What an independent walker (QEMU 7.2, `-cpu max`, TCR_EL1.HA and HD as given) does to a page
 * descriptor, output address removed. Bits: 0x1 valid, 0x40 AP[1], 0x80 AP[2], 0x400 AF, 1 << 51 DBM.
 */
const NEITHER: readonly Row[] = [
  ['load', 0x0080000000000347n, 'access-flag'],
  ['load', 0x0080000000000747n, 0x0080000000000747n],
  ['store', 0x0080000000000747n, 0x0080000000000747n],
  ['store', 0x00800000000007c7n, 'permission'],
  ['load', 0x00880000000003c7n, 'access-flag'],
  ['store', 0x00880000000003c7n, 'access-flag'],
  ['load', 0x00880000000007c7n, 0x00880000000007c7n],
  ['store', 0x00080000000007c7n, 'permission'],
  ['store', 0x0088000000000747n, 0x0088000000000747n],
];

const ACCESS_FLAG: readonly Row[] = [
  ['load', 0x0088000000000347n, 0x0088000000000747n],
  ['store', 0x0088000000000347n, 0x0088000000000747n],
  ['load', 0x00880000000003c7n, 0x00880000000007c7n],
  ['store', 0x00880000000007c7n, 'permission'],
  ['load', 0x00800000000007c7n, 0x00800000000007c7n],
];

const BOTH: readonly Row[] = [
  ['load', 0x0080000000000347n, 0x0080000000000747n],
  ['load', 0x00880000000003c7n, 0x00880000000007c7n],
  ['store', 0x00880000000003c7n, 0x0088000000000747n],
  ['store', 0x00880000000007c7n, 0x0088000000000747n],
  ['store', 0x0088000000000747n, 0x0088000000000747n],
  ['store', 0x00080000000007c7n, 0x0008000000000747n],
  ['store', 0x00800000000007c7n, 'permission'],
  ['store', 0x00280000000007c7n, 0x0028000000000747n],
  ['load', 0x00280000000003c7n, 0x00280000000007c7n],
];

describe.each([
  ['HA = 0, HD = 0', { ha: false, hd: false }, NEITHER],
  ['HA = 0, HD = 1: HD alone does nothing', { ha: false, hd: true }, NEITHER],
  ['HA = 1, HD = 0', { ha: true, hd: false }, ACCESS_FLAG],
  ['HA = 1, HD = 1', { ha: true, hd: true }, BOTH],
])('%s', (_name, controls, rows) => {
  const walker = arm64Walker(controls);
  test.each(rows)('%s through %i', (access, before, outcome) => {
    const result = walker.walk(pteFromBigInt(before), access);
    const got = result.ok ? pteHex(result.entry) : result.fault;
    expect(got).toBe(typeof outcome === 'string' ? outcome : pteHex(pteFromBigInt(outcome)));
  });
});

describe.each([
  { ha: false, hd: false },
  { ha: true, hd: true },
])('any CPU (%o)', (controls) => {
  const walker = arm64Walker(controls);
  const fault = (raw: bigint, access: AccessKind) => {
    const result = walker.walk(pteFromBigInt(raw), access);
    return result.ok ? 'none' : result.fault;
  };

  test('an invalid descriptor, and the reserved encoding 01, are translation faults', () => {
    expect(fault(0n, 'load')).toBe('translation');
    expect(fault(0x0060000000000b82n, 'load')).toBe('translation');
    expect(fault(0x0068000000000741n, 'load')).toBe('translation');
  });

  test('user code has no access where AP[1] is clear', () => {
    expect(fault(0x0088000000000707n, 'load')).toBe('permission');
    expect(fault(0x0088000000000707n, 'store')).toBe('permission');
  });

  test('what is cached has AF set, and serves what memory would', () => {
    for (const raw of [0x0068000000000fc3n, 0x0068000000000bc3n, 0x00e8000000000f43n]) {
      for (const access of ['load', 'store'] as const) {
        const result = walker.walk(pteFromBigInt(raw), access);
        if (!result.ok) continue;
        expect(pteHex(result.cached)).toBe(pteHex(result.entry));
        expect(result.cached.lo & 0x400).toBe(0x400);
        expect(walker.permits(result.cached, access)).toBe(true);
      }
    }
  });

  test('a cached clean entry does not serve a store', () => {
    expect(walker.permits(pteFromBigInt(0x0068000000000fc3n), 'store')).toBe(false);
    expect(walker.permits(pteFromBigInt(0x0068000000000fc3n), 'load')).toBe(true);
    expect(walker.permits(pteFromBigInt(0x0068000000000f43n), 'store')).toBe(true);
  });
});
