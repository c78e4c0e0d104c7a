/**
 * The page descriptor of a CPU whose hardware sets the access flag and never records a store: the
 * 64-bit Arm format with TCR_EL1.HA = 1 and HD = 0 (ID_AA64MMFR1_EL1.HAFDBS = 1).
 *
 * Hardware bits: Arm ARM DDI 0487 J.a, D8.3 to D8.7. Software bits and swap entries: Linux 6.12.
 */
import { bit, bits, PTE_ZERO, type PteField, type PteLayout, type PteWord, pteOr } from '@racewalk/core';

const ARM = 'Arm ARM DDI 0487 D8.3, Page descriptor';
const FLAGS = 'Arm ARM DDI 0487 D8.5, Hardware updates to the translation tables';
const KERNEL = 'Linux 6.12 arch/arm64/include/asm/pgtable-prot.h';

/** Fields the plug-in knows. */
export const SW_DIRTY_FIELDS: readonly PteField[] = Object.freeze([
  { name: 'VALID', lo: 0, hi: 0, means: 'the walker may use the descriptor', source: ARM },
  { name: 'TYPE', lo: 1, hi: 1, means: 'page at level 3', source: ARM },
  { name: 'AttrIndx', lo: 2, hi: 4, means: 'memory type', source: ARM },
  { name: 'AP[1]', lo: 6, hi: 6, means: 'EL0 may access', source: ARM },
  { name: 'AP[2]', lo: 7, hi: 7, means: 'read-only: set unless writable and dirty', source: ARM },
  { name: 'SH', lo: 8, hi: 9, means: 'shareability', source: ARM },
  { name: 'AF', lo: 10, hi: 10, means: 'accessed; set by the hardware', source: FLAGS },
  { name: 'nG', lo: 11, hi: 11, means: 'not global; present-invalid while VALID is clear', source: ARM },
  { name: 'OA', lo: 12, hi: 47, means: 'output address, bits 47:12', source: ARM },
  {
    name: 'WRITE',
    lo: 51,
    hi: 51,
    means: 'writable; DBM, without effect while HD = 0',
    source: KERNEL,
    software: true,
  },
  { name: 'PXN', lo: 53, hi: 53, means: 'no execution at EL1', source: ARM },
  { name: 'UXN', lo: 54, hi: 54, means: 'no execution at EL0', source: ARM },
  { name: 'DIRTY', lo: 55, hi: 55, means: 'dirty', source: KERNEL, software: true },
  { name: 'SPECIAL', lo: 56, hi: 56, means: 'no struct page behind it', source: KERNEL, software: true },
  {
    name: 'DEVMAP',
    lo: 57,
    hi: 57,
    means: 'device memory with struct page (until Linux 6.16)',
    source: KERNEL,
    software: true,
  },
  { name: 'UFFD_WP', lo: 58, hi: 58, means: 'userfaultfd write-protected', source: KERNEL, software: true },
]);

const or = (...words: readonly PteWord[]): PteWord => words.reduce(pteOr, PTE_ZERO);

/** The bits the plug-in works with. */
export const BITS = Object.freeze({
  /** Valid, and a page. */
  PAGE: or(bit(0), bit(1)),
  USER: bit(6),
  RDONLY: bit(7),
  AF: bit(10),
  WRITE: bit(51),
  DIRTY: bit(55),
  UFFD_WP: bit(58),
  /** Type page, inner shareable, present-invalid, no execution: what `PROT_NONE` has. */
  NONE: or(bit(1), bit(7), bits(8, 9), bit(11), bit(53), bit(54)),
  /** Valid page, user, inner shareable, not global, PXN. */
  USER_PAGE: or(bit(0), bit(1), bit(6), bits(8, 9), bit(11), bit(53)),
  UXN: bit(54),
  /** What a change of protection replaces. */
  MODIFY: or(bit(0), bits(2, 4), bit(6), bit(7), bit(11), bit(51), bit(53), bit(54)),
});

/** Positions for the helpers of core. */
export const swDirtyLayout: PteLayout = Object.freeze({
  fields: SW_DIRTY_FIELDS,
  pfn: [12, 47] as const,
  valid: bit(0),
  protnone: bit(11),
  write: BITS.WRITE,
  dirty: BITS.DIRTY,
  young: BITS.AF,
  special: bit(56),
  pmdLeafSet: PTE_ZERO,
  pmdLeafClear: bit(1),
  uffdWp: BITS.UFFD_WP,
  devmap: { bit: bit(57), alsoSpecial: true },
  upper: {
    // Bit 59 of a table descriptor is PXNTable: Linux sets it for tables of user space.
    table: pteOr(BITS.PAGE, bit(59)),
    tableTest: { set: BITS.PAGE, clear: PTE_ZERO },
  },
  swap: { type: [6, 10] as const, offset: [12, 61] as const, exclusive: bit(2), uffdWp: bit(3) },
});
