import { type ArchPlugin, bits, PTE_ZERO, pteAndNot, pteHex, pteOr } from '@racewalk/core';
import { describe, expect, test } from 'vitest';
import { softDirtyX86_64, x86_64, x86Pae } from '../src/index.js';
import { x86StyleBits } from '../src/x86-style/index.js';

type Row = readonly [name: string, lo: number, hi: number];

/** Intel SDM vol. 3A, "Format of a page-table entry that maps a 4-KByte page": 4-level paging. */
const IA32E: readonly Row[] = [
  ['P', 0, 0],
  ['R/W', 1, 1],
  ['U/S', 2, 2],
  ['PWT', 3, 3],
  ['PCD', 4, 4],
  ['A', 5, 5],
  ['D', 6, 6],
  ['PAT', 7, 7],
  ['G', 8, 8],
  ['address', 12, 51],
  ['PKEY', 59, 62],
  ['XD', 63, 63],
];

/** The same for PAE paging: bits 62 down to the address are reserved. */
const PAE: readonly Row[] = IA32E.filter(([name]) => name !== 'PKEY');

/** Linux 6.12 arch/x86/include/asm/pgtable_types.h. */
const SOFT_64: readonly Row[] = [
  ['SPECIAL', 9, 9],
  ['UFFD_WP', 10, 10],
  ['DEVMAP', 57, 57],
  ['SAVED_DIRTY', 58, 58],
];
/** `CONFIG_MEM_SOFT_DIRTY`. */
const SOFT_TRACKING: readonly Row[] = [...SOFT_64.slice(0, 2), ['SOFT_DIRTY', 11, 11], ...SOFT_64.slice(2)];
const SOFT_PAE: readonly Row[] = [
  ['SPECIAL', 9, 9],
  ['SAVED_DIRTY', 10, 10],
];

const rows = (arch: ArchPlugin, software: boolean): Row[] =>
  arch.layout.fields
    .filter((f) => (f.software ?? false) === software)
    .map((f) => [f.name, f.lo, f.hi] as const);

describe.each([
  ['x86-64', x86_64, IA32E, SOFT_64],
  ['x86-pae', x86Pae, PAE, SOFT_PAE],
  ['soft-dirty-x86-64', softDirtyX86_64, IA32E, SOFT_TRACKING],
] as const)('%s', (_id, arch, hard, soft) => {
  test('every field stands where the manual and the kernel have it', () => {
    expect(rows(arch, false)).toEqual(hard);
    expect(rows(arch, true)).toEqual(soft);
  });

  test('fields do not overlap', () => {
    const taken = arch.layout.fields.flatMap((f) =>
      Array.from({ length: f.hi - f.lo + 1 }, (_, i) => f.lo + i),
    );
    expect(new Set(taken).size).toBe(taken.length);
  });

  test('type, offset and marks of swap entries', () => {
    const { swap } = arch;
    // The offset is inverted, so slot 0 has every bit of the field set.
    expect(pteHex(swap.swpEntryToPte({ type: 0, offset: 0 }))).toBe('0x07fffffffffffe00');
    expect(pteHex(swap.swpEntryToPte({ type: 31, offset: 2 ** 50 - 1 }))).toBe('0xf800000000000000');
    expect(swap.pteToSwpEntry(swap.swpEntryToPte({ type: 3, offset: 0x1234 }))).toEqual({
      type: 3,
      offset: 0x1234,
    });
    // The marker that userfaultfd leaves, as seen on Linux 6.18.
    expect(pteHex(swap.makePteMarker(1))).toBe('0xfffffffffffffc00');
  });
});

test('exclusive is bit 3, or bit 7 with PAE, where the low bits are shared; uffd-wp is bit 2', () => {
  expect(pteHex(x86_64.swap.pteSwpMkexclusive(PTE_ZERO))).toBe('0x0000000000000008');
  expect(pteHex(x86Pae.swap.pteSwpMkexclusive(PTE_ZERO))).toBe('0x0000000000000080');
  expect(pteHex(x86_64.swap.pteSwpMkuffdWp(PTE_ZERO))).toBe('0x0000000000000004');
  expect(x86Pae.has('uffdWp')).toBe(false);
});

test.each([
  ['PRESENT', '0x0000000000000001'],
  ['RW', '0x0000000000000002'],
  ['USER', '0x0000000000000004'],
  ['ACCESSED', '0x0000000000000020'],
  ['DIRTY', '0x0000000000000040'],
  ['PSE', '0x0000000000000080'],
  ['GLOBAL', '0x0000000000000100'],
  ['SPECIAL', '0x0000000000000200'],
  ['UFFD_WP', '0x0000000000000400'],
  ['SAVED_DIRTY', '0x0400000000000000'],
  ['NX', '0x8000000000000000'],
] as const)('_PAGE_%s', (name, hex) => {
  expect(pteHex(x86StyleBits({})[name])).toBe(hex);
});

// Entries seen on Linux 6.18, frame number removed; protections here are old, the kernel's are young.
test.each([
  ['rw', { read: true, write: true }, '0x8000000000000007'],
  ['ro', { read: true, write: false }, '0x8000000000000005'],
  ['none', { read: false, write: false }, '0x0000000000000100'],
] as const)('protection %s', (_name, prot, hex) => {
  expect(pteHex(x86_64.values.mkProt(prot))).toBe(hex);
  expect(pteHex(x86Pae.values.mkProt(prot))).toBe(hex);
});

test('a huge page has PS set, and an invalid one keeps its frame', () => {
  const { values, pmd } = x86_64;
  const leaf = pmd.pfnPmd(0x200, values.mkProt({ read: true, write: true }));
  expect(pteHex(leaf)).toBe('0x8000000000200087');
  expect([pmd.pmdLeaf(leaf), pmd.pmdPfn(leaf)]).toEqual([true, 0x200]);
  const invalid = pmd.pmdMkinvalid(leaf);
  expect([pmd.pmdPresent(invalid), values.pteValid(invalid), pmd.pmdPfn(invalid)]).toEqual([
    true,
    false,
    0x200,
  ]);
});

test('leaves above the leaf tables: PSE alone keeps an invalidated one present (Linux 6.12)', () => {
  const { pmd, values: v, swap } = x86_64;
  const leaf = pmd.pmdMkhuge(v.pteMkyoung(v.pfnPte(0x200, v.mkProt({ read: true, write: true }))));
  expect(pteHex(leaf)).toBe('0x80000000002000a7');
  // P and G cleared, the frame number inverted.
  expect(pteHex(pmd.pmdMkinvalid(leaf))).toBe('0x800fffffffdff0a6');
  expect(pmd.pmdPresent(pmd.pmdMkinvalid(leaf))).toBe(true);
  expect(pmd.pmdProtnone(pmd.pmdMkinvalid(leaf))).toBe(false);
  expect(pteHex(pmd.pmdMkdevmap(PTE_ZERO))).toBe('0x0200000000000000');
  expect(pteHex(v.pteMkdevmap(PTE_ZERO))).toBe('0x0200000000000200');
  expect(pmd.pmdTransHuge(pmd.pmdMkdevmap(leaf))).toBe(false);
  expect(pteHex(swap.pmdSwpMkuffdWp(PTE_ZERO))).toBe('0x0000000000000004');
});

test('tables: P, R/W, U/S, A, D; pmd_bad compares all flags but U/S and A, pud_bad only the others', () => {
  const { pmd, pud } = x86_64;
  const table = pmd.pmdPopulate(1);
  expect(pteHex(table)).toBe('0x0000000000001067');
  expect(pmd.pmdBad(pteAndNot(table, bits(5, 5)))).toBe(false);
  expect(pmd.pmdBad(pteAndNot(table, bits(6, 6)))).toBe(true);
  expect(pud.pudBad(pteAndNot(table, bits(6, 6)))).toBe(false);
  expect(pud.pudBad(pteOr(table, bits(63, 63)))).toBe(true);
  expect([pmd.pmdBad(PTE_ZERO), pud.pudBad(PTE_ZERO)]).toEqual([true, false]);
});

test('PAE has no leaf two levels up, no mark for device memory and no huge page on the move', () => {
  expect(x86_64.has('pudLeaf', 'pudThp', 'devmap', 'thpMigration', 'hugePfnmap')).toBe(true);
  for (const c of ['pudLeaf', 'pudThp', 'devmap', 'thpMigration', 'hugePfnmap'] as const) {
    expect(x86Pae.has(c)).toBe(false);
  }
});
