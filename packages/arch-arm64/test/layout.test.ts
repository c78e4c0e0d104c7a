import { bits, fieldWord, PTE_ZERO, pteHex, pteOr } from '@racewalk/core';
import { expect, test } from 'vitest';
import { arm64Contpte, arm64ContpteSw } from '../src/index.js';
import { ARM64_FIELDS, MAY_DIFFER, PTE } from '../src/layout.js';

/** Arm ARM DDI 0487 J.a, D8.3.1.2 "Page descriptor", stage 1, 4 KiB granule: field and bits. */
const MANUAL: readonly (readonly [string, number, number])[] = [
  ['VALID', 0, 0],
  ['TYPE', 1, 1],
  ['AttrIndx', 2, 4],
  ['NS', 5, 5],
  ['AP[1]', 6, 6],
  ['AP[2]', 7, 7],
  ['SH', 8, 9],
  ['AF', 10, 10],
  ['nG', 11, 11],
  ['OA', 12, 47],
  ['GP', 50, 50],
  ['DBM', 51, 51],
  ['Contiguous', 52, 52],
  ['PXN', 53, 53],
  ['UXN', 54, 54],
];

/** Linux 6.12 arch/arm64/include/asm/pgtable-prot.h: bits 58:55 are left to software by the manual. */
const KERNEL: readonly (readonly [string, number, number])[] = [
  ['DIRTY', 55, 55],
  ['SPECIAL', 56, 56],
  ['DEVMAP', 57, 57],
  ['UFFD_WP', 58, 58],
];

test('every field stands where the manual and the kernel have it', () => {
  const ours = (software: boolean) =>
    ARM64_FIELDS.filter((f) => (f.software ?? false) === software).map((f) => [f.name, f.lo, f.hi]);
  expect(ours(false)).toEqual(MANUAL);
  expect(ours(true)).toEqual(KERNEL);
});

test('fields do not overlap', () => {
  const taken = new Set<number>();
  for (const { name, lo, hi } of ARM64_FIELDS) {
    for (let n = lo; n <= hi; n++) {
      expect(taken.has(n), `bit ${n} of ${name}`).toBe(false);
      taken.add(n);
    }
  }
});

test.each([
  ['VALID', PTE.VALID, '0x0000000000000001'],
  ['TYPE', PTE.TYPE, '0x0000000000000002'],
  ['ATTRINDX', PTE.ATTRINDX, '0x000000000000001c'],
  ['USER', PTE.USER, '0x0000000000000040'],
  ['RDONLY', PTE.RDONLY, '0x0000000000000080'],
  ['SHARED', PTE.SHARED, '0x0000000000000300'],
  ['AF', PTE.AF, '0x0000000000000400'],
  ['NG', PTE.NG, '0x0000000000000800'],
  ['PRESENT_INVALID', PTE.PRESENT_INVALID, '0x0000000000000800'],
  ['GP', PTE.GP, '0x0004000000000000'],
  ['WRITE', PTE.WRITE, '0x0008000000000000'],
  ['CONT', PTE.CONT, '0x0010000000000000'],
  ['PXN', PTE.PXN, '0x0020000000000000'],
  ['UXN', PTE.UXN, '0x0040000000000000'],
  ['DIRTY', PTE.DIRTY, '0x0080000000000000'],
  ['SPECIAL', PTE.SPECIAL, '0x0100000000000000'],
  ['UFFD_WP', PTE.UFFD_WP, '0x0400000000000000'],
  ['PO_IDX', PTE.PO_IDX, '0x7000000000000000'],
])('%s', (_name, word, hex) => {
  expect(pteHex(word)).toBe(hex);
});

test('the frame number is bits 47:12', () => {
  const pte = arm64Contpte.values.pfnPte(0xfffffffff, PTE_ZERO);
  expect(pteHex(pte)).toBe('0x0000fffffffff000');
});

test('entries of a block may differ in AF, AP[2] and bit 55 only', () => {
  expect(pteHex(MAY_DIFFER)).toBe('0x0080000000000480');
  expect(arm64Contpte.cont?.mayDiffer).toBe(MAY_DIFFER);
  expect(arm64Contpte.cont?.ptes).toBe(16);
});

// Entries seen on Linux 6.12, frame number removed.
test.each([
  ['rw, clean, old', { read: true, write: true }, '0x0068000000000bc3'],
  ['ro, clean, old', { read: true, write: false }, '0x0060000000000bc3'],
  ['none', { read: false, write: false }, '0x0060000000000b82'],
])('protection %s', (_name, prot, hex) => {
  expect(pteHex(arm64Contpte.values.mkProt(prot))).toBe(hex);
});

test('swap entries: exclusive 2, uffd-wp 3, type 10:6, offset 61:12 (Linux 6.12)', () => {
  const { swap } = arm64Contpte;
  const pte = swap.swpEntryToPte({ type: 31, offset: 2 ** 50 - 1 });
  expect(pte).toBe(pteOr(bits(6, 10), bits(12, 61)));
  expect(pteHex(swap.pteSwpMkexclusive(PTE_ZERO))).toBe('0x0000000000000004');
  expect(pteHex(swap.pteSwpMkuffdWp(PTE_ZERO))).toBe('0x0000000000000008');
  expect(swap.pteToSwpEntry(fieldWord(5, 6, 10))).toEqual({ type: 5, offset: 0 });
  // The marker that userfaultfd leaves, as seen on Linux 6.12.
  expect(pteHex(swap.makePteMarker(1))).toBe('0x00000000000017c0');
});

test('a block at PMD level has bit 1 clear', () => {
  const { values, pmd } = arm64Contpte;
  const pte = values.pfnPte(0x200, values.mkProt({ read: true, write: true }));
  expect(pmd.pmdLeaf(pte)).toBe(false);
  expect(pmd.pmdLeaf(pmd.pmdMkhuge(pte))).toBe(true);
  expect(pmd.pmdPresent(pmd.pmdMkinvalid(pmd.pmdMkhuge(pte)))).toBe(true);
});

test('entries above the leaf tables (Linux 6.12)', () => {
  const { values: v, pmd, pud } = arm64Contpte;
  const leaf = pmd.pmdMkhuge(v.pfnPte(0x200, v.mkProt({ read: true, write: true })));
  expect(pteHex(leaf)).toBe('0x0068000000200bc1');
  expect(pteHex(pmd.pmdMkinvalid(leaf))).toBe('0x0068000000200bc0');
  expect(pmd.pmdProtnone(pmd.pmdMkinvalid(leaf))).toBe(false);
  expect(pteHex(pmd.pmdPopulate(1))).toBe('0x0800000000001003');
  expect([pmd.pmdBad(pmd.pmdPopulate(1)), pud.pudBad(leaf), pmd.pmdBad(PTE_ZERO)]).toEqual([
    false,
    true,
    true,
  ]);
  expect(pteHex(pmd.pmdMkdevmap(PTE_ZERO))).toBe('0x0200000000000000');
  expect(pteHex(v.pteMkdevmap(PTE_ZERO))).toBe('0x0300000000000000');
  // Unlike x86, arm64 takes a leaf of device memory for a transparent huge page.
  expect(pmd.pmdTransHuge(pmd.pmdMkdevmap(leaf))).toBe(true);
  expect(arm64Contpte.has('pudThp')).toBe(false);
});

test('hugetlb pages: 64 KiB, 2 MiB, 32 MiB, 1 GiB', () => {
  const { values: v, huge } = arm64Contpte;
  const pte = v.pfnPte(0x200, v.mkProt({ read: true, write: true }));
  expect([16, 21, 25, 30].map((shift) => pteHex(huge.archMakeHugePte(pte, shift)))).toEqual([
    '0x0078000000200bc3',
    '0x0068000000200bc1',
    '0x0078000000200bc1',
    '0x0068000000200bc1',
  ]);
  expect(() => huge.archMakeHugePte(pte, 22)).toThrow('no hugetlb page has 2^22 bytes here');
});

test('both plug-ins share layout and values; only one has hardware flags', () => {
  expect(arm64ContpteSw.layout).toBe(arm64Contpte.layout);
  expect(arm64ContpteSw.values).toBe(arm64Contpte.values);
  expect(arm64Contpte.has('hwAccess', 'hwDirty')).toBe(true);
  expect(arm64ContpteSw.has('hwAccess') || arm64ContpteSw.has('hwDirty')).toBe(false);
  expect(Object.isFrozen(arm64Contpte)).toBe(true);
});
