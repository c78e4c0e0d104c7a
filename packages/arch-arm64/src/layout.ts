/**
 * A level-3 descriptor for 4 KiB pages with 48-bit output addresses, and what Linux keeps in it.
 *
 * Hardware bits: Arm Architecture Reference Manual, DDI 0487 (section numbers of issue J.a).
 * Software bits and the swap entry: Linux 6.12.
 */
import { bit, bits, PTE_ZERO, type PteField, type PteLayout, pteOr } from '@racewalk/core';

const D8_3 = 'Arm ARM DDI 0487 D8.3, Page descriptor';
const D8_4 = 'Arm ARM DDI 0487 D8.4, Memory access control';
const D8_5 = 'Arm ARM DDI 0487 D8.5, Hardware updates to the translation tables';
const D8_6 = 'Arm ARM DDI 0487 D8.6, Memory region attributes';
const D8_7 = 'Arm ARM DDI 0487 D8.7, Other descriptor fields';
const PROT_H = 'Linux 6.12 arch/arm64/include/asm/pgtable-prot.h';

/** Every field of a valid page descriptor that the plug-in knows. */
export const ARM64_FIELDS: readonly PteField[] = Object.freeze([
  { name: 'VALID', lo: 0, hi: 0, means: 'the walker may use the descriptor', source: D8_3 },
  {
    name: 'TYPE',
    lo: 1,
    hi: 1,
    means: 'page at level 3, table above; 0 at level 3 is reserved',
    source: D8_3,
  },
  { name: 'AttrIndx', lo: 2, hi: 4, means: 'memory type, index into MAIR_EL1', source: D8_6 },
  { name: 'NS', lo: 5, hi: 5, means: 'non-secure', source: D8_7 },
  { name: 'AP[1]', lo: 6, hi: 6, means: 'EL0 may access', source: D8_4 },
  { name: 'AP[2]', lo: 7, hi: 7, means: 'read-only; cleared by the hardware when DBM is set', source: D8_5 },
  { name: 'SH', lo: 8, hi: 9, means: 'shareability', source: D8_6 },
  { name: 'AF', lo: 10, hi: 10, means: 'accessed; set by the hardware under TCR_ELx.HA', source: D8_5 },
  { name: 'nG', lo: 11, hi: 11, means: 'not global; present-invalid while VALID is clear', source: D8_7 },
  { name: 'OA', lo: 12, hi: 47, means: 'output address, bits 47:12', source: D8_3 },
  { name: 'GP', lo: 50, hi: 50, means: 'guarded page (FEAT_BTI)', source: D8_4 },
  { name: 'DBM', lo: 51, hi: 51, means: 'writable; the hardware records stores in AP[2]', source: D8_5 },
  { name: 'Contiguous', lo: 52, hi: 52, means: 'one of 16 entries for one block', source: D8_7 },
  { name: 'PXN', lo: 53, hi: 53, means: 'no execution at EL1', source: D8_4 },
  { name: 'UXN', lo: 54, hi: 54, means: 'no execution at EL0', source: D8_4 },
  { name: 'DIRTY', lo: 55, hi: 55, means: 'software dirty', source: PROT_H, software: true },
  { name: 'SPECIAL', lo: 56, hi: 56, means: 'no struct page behind it', source: PROT_H, software: true },
  { name: 'DEVMAP', lo: 57, hi: 57, means: 'device memory with struct page', source: PROT_H, software: true },
  { name: 'UFFD_WP', lo: 58, hi: 58, means: 'userfaultfd write-protected', source: PROT_H, software: true },
]);

/** The bits the plug-in works with, under their kernel names. */
export const PTE = Object.freeze({
  VALID: bit(0),
  TYPE: bit(1),
  ATTRINDX: bits(2, 4),
  USER: bit(6),
  RDONLY: bit(7),
  /** Inner shareable. */
  SHARED: bits(8, 9),
  AF: bit(10),
  NG: bit(11),
  /** nG has no meaning in an invalid descriptor, so Linux re-uses it there. */
  PRESENT_INVALID: bit(11),
  GP: bit(50),
  /** DBM: what Linux calls writable. */
  WRITE: bit(51),
  CONT: bit(52),
  PXN: bit(53),
  UXN: bit(54),
  DIRTY: bit(55),
  SPECIAL: bit(56),
  /** Until Linux 6.16. */
  DEVMAP: bit(57),
  UFFD_WP: bit(58),
  /** Permission overlay index (FEAT_S1POE), bits 62:60. */
  PO_IDX: bits(60, 62),
});

/** Positions for the helpers that need one bit each; dirty is two bits and handled in `values.ts`. */
export const arm64Layout: PteLayout = Object.freeze({
  fields: ARM64_FIELDS,
  pfn: [12, 47] as const,
  valid: PTE.VALID,
  protnone: PTE.PRESENT_INVALID,
  write: PTE.WRITE,
  dirty: PTE.DIRTY,
  young: PTE.AF,
  special: PTE.SPECIAL,
  // A block descriptor at level 2 has bit 1 clear.
  pmdLeafSet: PTE_ZERO,
  pmdLeafClear: PTE.TYPE,
  uffdWp: PTE.UFFD_WP,
  devmap: { bit: PTE.DEVMAP, alsoSpecial: true },
  upper: {
    present: pteOr(PTE.VALID, PTE.PRESENT_INVALID),
    invalidSet: PTE.PRESENT_INVALID,
    invalidClear: PTE.VALID,
    // Bit 59 of a table descriptor is PXNTable: Linux sets it for tables of user space.
    table: [PTE.VALID, PTE.TYPE, bit(59)].reduce(pteOr),
    tableTest: { set: pteOr(PTE.VALID, PTE.TYPE), clear: PTE_ZERO },
  },
  // Linux 6.12 arch/arm64/include/asm/pgtable.h; bit 11 stays clear, or the entry would be present.
  swap: {
    type: [6, 10] as const,
    offset: [12, 61] as const,
    exclusive: bit(2),
    uffdWp: bit(3),
  },
});

/** In what the entries of one contiguous block may differ: access and dirty state, nothing else. */
export const MAY_DIFFER = pteOr(pteOr(PTE.AF, PTE.RDONLY), PTE.DIRTY);
