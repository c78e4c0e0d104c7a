/**
 * The LoongArch page-table entry of a 4 KiB page.
 *
 * Hardware bits: LoongArch Reference Manual, volume 1, v1.10: 5.4.5 has the entry as page walking sees it
 * ("Table entry format for common pages"), 7.5.3 the part of it that goes into the TLB. Software bits and
 * swap entries: Linux 6.12.
 */
import { bit, bits, PTE_ZERO, type PteField, type PteLayout, pteOr } from '@racewalk/core';

const TLB = 'LoongArch Reference Manual vol. 1 v1.10, 7.5.3 TLBELO0, TLBELO1';
const WALK = 'LoongArch Reference Manual vol. 1 v1.10, 5.4.5 Table entry format for common pages';
const KERNEL = 'Linux 6.12 arch/loongarch/include/asm/pgtable-bits.h';

/** Every field, for `racewalk pte decode`. */
export const FIELDS: readonly PteField[] = Object.freeze([
  { name: 'V', lo: 0, hi: 0, means: 'valid in the TLB; Linux: accessed', source: TLB },
  { name: 'D', lo: 1, hi: 1, means: 'dirty in the TLB: stores need no exception', source: TLB },
  { name: 'PLV', lo: 2, hi: 3, means: 'privilege level; 3 is user code', source: TLB },
  { name: 'MAT', lo: 4, hi: 5, means: 'memory access type; 1 is coherent cached', source: TLB },
  { name: 'G', lo: 6, hi: 6, means: 'global; maps a huge page one level up', source: TLB },
  { name: 'P', lo: 7, hi: 7, means: 'the page exists; not in the TLB', source: WALK },
  { name: 'W', lo: 8, hi: 8, means: 'the page is writable; not in the TLB', source: WALK },
  { name: 'MODIFIED', lo: 9, hi: 9, means: 'dirty', source: KERNEL, software: true },
  { name: 'PROTNONE', lo: 10, hi: 10, means: 'PROT_NONE', source: KERNEL, software: true },
  { name: 'SPECIAL', lo: 11, hi: 11, means: 'no struct page behind it', source: KERNEL, software: true },
  { name: 'PA', lo: 12, hi: 47, means: 'frame number', source: WALK },
  { name: 'DEVMAP', lo: 59, hi: 59, means: 'device memory with struct page', source: KERNEL, software: true },
  { name: 'PRESENT_INVALID', lo: 60, hi: 60, means: 'huge leaf out of use', source: KERNEL, software: true },
  { name: 'NR', lo: 61, hi: 61, means: 'loads are refused', source: TLB },
  { name: 'NX', lo: 62, hi: 62, means: 'execution is refused', source: TLB },
  { name: 'RPLV', lo: 63, hi: 63, means: 'for level PLV alone', source: TLB },
]);

/** The bits the plug-in works with. */
export const PTE = Object.freeze({
  V: bit(0),
  D: bit(1),
  USER: bits(2, 3),
  CACHED: bit(4),
  G: bit(6),
  P: bit(7),
  W: bit(8),
  MODIFIED: bit(9),
  PROTNONE: bit(10),
  NR: bit(61),
  NX: bit(62),
});

/** Positions for the helpers of core. */
export const layout: PteLayout = Object.freeze({
  fields: FIELDS,
  pfn: [12, 47] as const,
  // Not V: an entry with P set and V clear is an old page, and the walk sets V.
  valid: PTE.P,
  protnone: PTE.PROTNONE,
  write: PTE.W,
  dirty: PTE.MODIFIED,
  young: PTE.V,
  special: bit(11),
  pmdLeafSet: PTE.G,
  pmdLeafClear: PTE_ZERO,
  devmap: { bit: bit(59) },
  // PRESENT_INVALID, bit 60, keeps a leaf present after pmd_mkinvalid.
  upper: {
    present: [PTE.P, PTE.PROTNONE, bit(60)].reduce(pteOr),
    invalidSet: bit(60),
    invalidClear: pteOr(PTE.P, PTE.PROTNONE),
    table: PTE.P,
    tableTest: { set: PTE.P, clear: PTE.G },
  },
  // arch/loongarch/include/asm/pgtable.h: bits 15:0 stay clear. There the offset goes up to bit 63; one level
  // up an entry with bit 60 would count as present, so here it ends below.
  swap: { type: [16, 22] as const, offset: [24, 59] as const, exclusive: bit(23) },
});

/** What a change of protection replaces. */
export const PROTECTION = [PTE.P, PTE.W, PTE.PROTNONE, PTE.NR, PTE.NX].reduce(pteOr);
