import { type AccessKind, pteFromBigInt, pteHex } from '@racewalk/core';
import { describe, expect, test } from 'vitest';
import { swAccessDirty, swDirty } from '../src/index.js';

type Row = readonly [AccessKind, bigint, bigint | string];

/** HA = 1, HD = 0; rows as QEMU 7.2 has them for these controls. */
const ARM_HA: readonly Row[] = [
  ['load', 0x0088000000000347n, 0x0088000000000747n],
  ['store', 0x0088000000000347n, 0x0088000000000747n],
  ['load', 0x00880000000003c7n, 0x00880000000007c7n],
  ['store', 0x00880000000003c7n, 'permission'],
  ['store', 0x00880000000007c7n, 'permission'],
  ['load', 0x00800000000007c7n, 0x00800000000007c7n],
  ['load', 0x0088000000000707n, 'permission'],
  ['load', 0x0088000000000346n, 'translation'],
];

/** Svade: the flags are never written; what is missing faults. V 1, R 2, W 4, U 0x10, A 0x40, D 0x80. */
const SVADE: readonly Row[] = [
  ['load', 0xd7n, 0xd7n],
  ['load', 0x57n, 0x57n],
  ['load', 0x17n, 'access-flag'],
  ['store', 0xd7n, 0xd7n],
  ['store', 0x57n, 'permission'],
  ['store', 0x97n, 'access-flag'],
  ['store', 0xd3n, 'permission'],
  ['load', 0xc7n, 'permission'],
  ['load', 0xd6n, 'translation'],
  ['load', 0x22n, 'translation'],
];

describe.each([
  ['sw-dirty', swDirty, ARM_HA],
  ['sw-access-dirty', swAccessDirty, SVADE],
] as const)('%s', (_id, { walker }, rows) => {
  test.each(rows)('%s through %i', (access, before, outcome) => {
    const result = walker.walk(pteFromBigInt(before), access);
    const got = result.ok ? pteHex(result.entry) : result.fault;
    expect(got).toBe(typeof outcome === 'string' ? outcome : pteHex(pteFromBigInt(outcome)));
  });
});

test('a cached entry serves stores only if dirty was set by software', () => {
  const clean = (arch: typeof swDirty) =>
    arch.values.pteMkyoung(arch.values.pfnPte(0x40, arch.values.mkProt({ read: true, write: true })));
  for (const arch of [swDirty, swAccessDirty]) {
    const pte = clean(arch);
    expect(arch.walker.permits(pte, 'store')).toBe(false);
    expect(arch.walker.permits(arch.values.pteMkdirty(pte), 'store')).toBe(true);
    expect(arch.walker.permits(pte, 'load')).toBe(true);
  }
});

test('no walk of a software-dirty architecture makes an entry dirty', () => {
  for (const arch of [swDirty, swAccessDirty]) {
    const v = arch.values;
    for (const write of [false, true]) {
      const pte = v.pteMkyoung(v.pfnPte(0x40, v.mkProt({ read: true, write })));
      for (const access of ['load', 'store'] as const) {
        const result = arch.walker.walk(pte, access);
        expect(result.ok && v.pteDirty(result.entry)).toBe(false);
      }
    }
  }
});
