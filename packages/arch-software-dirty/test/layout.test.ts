import { type ArchPlugin, PTE_ZERO, pteFromBigInt, pteHex } from '@racewalk/core';
import { describe, expect, test } from 'vitest';
import { swAccessDirty, swDirty } from '../src/index.js';

type Row = readonly [name: string, lo: number, hi: number];

/** RISC-V privileged architecture 20240411, Sv39 page-table entry. */
const SV39: readonly Row[] = [
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
];

/** Arm ARM DDI 0487 J.a, D8.3, stage 1 page descriptor. */
const ARM: readonly Row[] = [
  ['VALID', 0, 0],
  ['TYPE', 1, 1],
  ['AttrIndx', 2, 4],
  ['AP[1]', 6, 6],
  ['AP[2]', 7, 7],
  ['SH', 8, 9],
  ['AF', 10, 10],
  ['nG', 11, 11],
  ['OA', 12, 47],
  ['PXN', 53, 53],
  ['UXN', 54, 54],
];

/** Linux 6.12: pgtable-prot.h of arm64, pgtable-bits.h of riscv. */
const SOFTWARE: Readonly<Record<string, readonly Row[]>> = {
  'sw-dirty': [
    ['WRITE', 51, 51],
    ['DIRTY', 55, 55],
    ['SPECIAL', 56, 56],
    ['DEVMAP', 57, 57],
    ['UFFD_WP', 58, 58],
  ],
  'sw-access-dirty': [
    ['SPECIAL', 8, 8],
    ['DEVMAP', 9, 9],
  ],
};

const rows = (arch: ArchPlugin, software: boolean): Row[] =>
  arch.layout.fields
    .filter((f) => (f.software ?? false) === software)
    .map((f) => [f.name, f.lo, f.hi] as const);

test('hardware fields stand where the manuals have them', () => {
  expect(rows(swAccessDirty, false)).toEqual(SV39);
  expect(rows(swDirty, false)).toEqual(ARM);
});

describe.each([swDirty, swAccessDirty])('$id', (arch) => {
  test('software fields stand where the kernel has them', () => {
    expect(rows(arch, true)).toEqual(SOFTWARE[arch.id]);
  });

  test('fields do not overlap', () => {
    const taken = arch.layout.fields.flatMap((f) =>
      Array.from({ length: f.hi - f.lo + 1 }, (_, i) => f.lo + i),
    );
    expect(new Set(taken).size).toBe(taken.length);
  });
});

test.each([
  ['sw-dirty rw, clean', swDirty, { read: true, write: true }, '0x0068000000000bc3'],
  ['sw-dirty ro', swDirty, { read: true, write: false }, '0x0060000000000bc3'],
  ['sw-dirty none', swDirty, { read: false, write: false }, '0x0060000000000b82'],
  ['sw-access-dirty rw', swAccessDirty, { read: true, write: true }, '0x0000000000000017'],
  ['sw-access-dirty rx', swAccessDirty, { read: true, write: false, exec: true }, '0x000000000000001b'],
  ['sw-access-dirty none', swAccessDirty, { read: false, write: false }, '0x0000000000000022'],
] as const)('%s', (_name, arch, prot, hex) => {
  expect(pteHex(arch.values.mkProt(prot))).toBe(hex);
});

test('frame numbers: bits 47:12 on Arm, 53:10 on RISC-V', () => {
  expect(pteHex(swDirty.values.pfnPte(1, PTE_ZERO))).toBe('0x0000000000001000');
  expect(pteHex(swAccessDirty.values.pfnPte(1, PTE_ZERO))).toBe('0x0000000000000400');
  expect(pteHex(swAccessDirty.values.pfnPte(2 ** 44 - 1, PTE_ZERO))).toBe('0x003ffffffffffc00');
});

test('swap entries of RISC-V: exclusive 6, type 11:7, offset from 12', () => {
  const { swap } = swAccessDirty;
  expect(pteHex(swap.swpEntryToPte({ type: 31, offset: 1 }))).toBe('0x0000000000001f80');
  expect(pteHex(swap.pteSwpMkexclusive(PTE_ZERO))).toBe('0x0000000000000040');
});

test('reserved encodings of RISC-V, and entries of sw-dirty that its fault handler could not mend', () => {
  const bad = (arch: ArchPlugin, pte: bigint) => arch.malformed?.(pteFromBigInt(pte));
  expect(bad(swAccessDirty, 0x15n)).toMatch(/reserved/);
  expect(bad(swAccessDirty, 0x11n)).toMatch(/points to a table/);
  expect(bad(swAccessDirty, 0x17n)).toBe(null);
  expect(bad(swDirty, 0x00e8000000000fc3n)).toMatch(/faults/);
  expect(bad(swDirty, 0x0068000000000f43n)).toMatch(/may store/);
  expect(bad(swDirty, 0x00e8000000000f43n)).toBe(null);
});

test('Sv39 above the leaf tables: R, W or X makes a leaf and keeps it present (Linux 6.12)', () => {
  const { values: v, pmd, pud } = swAccessDirty;
  const leaf = pmd.pmdMkhuge(v.pfnPte(0x200, v.mkProt({ read: true, write: true })));
  expect(pteHex(leaf)).toBe('0x0000000000080017');
  expect(pteHex(pmd.pmdMkinvalid(leaf))).toBe('0x0000000000080016');
  expect(pmd.pmdPresent(pmd.pmdMkinvalid(leaf))).toBe(true);
  expect(pteHex(pmd.pmdPopulate(1))).toBe('0x0000000000000401');
  expect([pmd.pmdLeaf(pmd.pmdPopulate(1)), pmd.pmdBad(leaf), pud.pudBad(leaf)]).toEqual([false, true, false]);
  // The mark alone: pte_mkdevmap of RISC-V does not make the entry special.
  expect(pteHex(v.pteMkdevmap(PTE_ZERO))).toBe('0x0000000000000200');
});

test('sw-dirty: an invalidated leaf is not PROT_NONE', () => {
  const { values: v, pmd } = swDirty;
  const leaf = pmd.pmdMkhuge(v.pfnPte(0x200, v.mkProt({ read: true, write: true })));
  expect(pmd.pmdProtnone(pmd.pmdMkinvalid(leaf))).toBe(false);
  expect(pmd.pmdProtnone(pmd.pmdMkhuge(v.pfnPte(0x200, v.protNone())))).toBe(true);
});
