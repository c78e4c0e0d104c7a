/**
 * Entries that map nothing but mean something: swap entries and PTE markers.
 */
import { DEVICE_EXCLUSIVE_VALUES, type DeviceExclusiveValues } from './device-exclusive.js';
import type { PteLayout } from './layout.js';
import { MIGRATION_VALUES, type MigrationValues } from './migration.js';
import type { SwpEntry } from './swp-entry.js';
import type { PteValues } from './values.js';
import { fieldOf, fieldWord, PTE_ZERO, type PteWord, pteAndNot, pteAny, pteOr } from './word.js';

/** Swap types the kernel reserves at the top of the range. @kernel include/linux/swap.h */
export const SWP_PTE_MARKER = 31;

/** The `swp_*` and `pte_swp_*` helpers of one architecture. */
export interface SwapValues extends DeviceExclusiveValues, MigrationValues {
  /** @kernel swp_entry_to_pte */
  swpEntryToPte(entry: SwpEntry): PteWord;
  /** @kernel pte_to_swp_entry */
  pteToSwpEntry(pte: PteWord): SwpEntry;
  /** The same one level up. @kernel swp_entry_to_pmd */
  swpEntryToPmd(entry: SwpEntry): PteWord;
  /** @kernel pmd_to_swp_entry */
  pmdToSwpEntry(pmd: PteWord): SwpEntry;
  /** Neither empty nor present. @kernel is_swap_pte */
  isSwapPte(pte: PteWord): boolean;
  /** @kernel pte_swp_mkexclusive */
  pteSwpMkexclusive(pte: PteWord): PteWord;
  /** @kernel pte_swp_exclusive */
  pteSwpExclusive(pte: PteWord): boolean;
  /** @kernel pte_swp_clear_exclusive */
  pteSwpClearExclusive(pte: PteWord): PteWord;
  /** @kernel pte_swp_mksoft_dirty */
  pteSwpMksoftDirty(pte: PteWord): PteWord;
  /** @kernel pte_swp_soft_dirty */
  pteSwpSoftDirty(pte: PteWord): boolean;
  /** @kernel pte_swp_clear_soft_dirty */
  pteSwpClearSoftDirty(pte: PteWord): PteWord;
  /** @kernel pte_swp_mkuffd_wp */
  pteSwpMkuffdWp(pte: PteWord): PteWord;
  /** @kernel pte_swp_uffd_wp */
  pteSwpUffdWp(pte: PteWord): boolean;
  /** @kernel pte_swp_clear_uffd_wp */
  pteSwpClearUffdWp(pte: PteWord): PteWord;
  /** @kernel pmd_swp_mksoft_dirty */
  pmdSwpMksoftDirty(pmd: PteWord): PteWord;
  /** @kernel pmd_swp_soft_dirty */
  pmdSwpSoftDirty(pmd: PteWord): boolean;
  /** @kernel pmd_swp_clear_soft_dirty */
  pmdSwpClearSoftDirty(pmd: PteWord): PteWord;
  /** @kernel pmd_swp_mkuffd_wp */
  pmdSwpMkuffdWp(pmd: PteWord): PteWord;
  /** @kernel pmd_swp_uffd_wp */
  pmdSwpUffdWp(pmd: PteWord): boolean;
  /** @kernel pmd_swp_clear_uffd_wp */
  pmdSwpClearUffdWp(pmd: PteWord): PteWord;
  /** A marker: a swap entry of the marker type. @kernel make_pte_marker */
  makePteMarker(marker: number): PteWord;
  /** @kernel is_pte_marker */
  isPteMarker(pte: PteWord): boolean;
}

/** A mark on a swap entry; without a place for it, nothing is ever marked. */
const mark = (bit: PteWord = PTE_ZERO) => ({
  make: (pte: PteWord) => pteOr(pte, bit),
  test: (pte: PteWord) => pteAny(pte, bit),
  clear: (pte: PteWord) => pteAndNot(pte, bit),
});

/** Swap helpers from the positions in the layout. */
export function swapValues(l: PteLayout, v: Pick<PteValues, 'pteNone' | 'ptePresent'>): SwapValues {
  const { type, offset, exclusive } = l.swap;
  const marks = { soft: mark(l.swap.softDirty), uffd: mark(l.swap.uffdWp) };
  const maxOffset = 2 ** (offset[1] - offset[0] + 1) - 1;
  const place = (n: number) => (l.swap.offsetInverted ? maxOffset - n : n);
  const swpEntryToPte = (e: SwpEntry) =>
    pteOr(fieldWord(e.type, type[0], type[1]), fieldWord(place(e.offset), offset[0], offset[1]));
  const pteToSwpEntry = (pte: PteWord): SwpEntry => ({
    type: typeOf(pte),
    offset: place(fieldOf(pte, offset[0], offset[1])),
  });
  const isSwapPte = (pte: PteWord) => !v.pteNone(pte) && !v.ptePresent(pte);
  const typeOf = (pte: PteWord) => fieldOf(pte, type[0], type[1]);
  return {
    ...DEVICE_EXCLUSIVE_VALUES,
    ...MIGRATION_VALUES,
    swpEntryToPte,
    swpEntryToPmd: swpEntryToPte,
    pteToSwpEntry,
    pmdToSwpEntry: pteToSwpEntry,
    isSwapPte,
    pteSwpMkexclusive: (pte) => pteOr(pte, exclusive),
    pteSwpExclusive: (pte) => pteAny(pte, exclusive),
    pteSwpClearExclusive: (pte) => pteAndNot(pte, exclusive),
    pteSwpMksoftDirty: marks.soft.make,
    pteSwpSoftDirty: marks.soft.test,
    pteSwpClearSoftDirty: marks.soft.clear,
    pteSwpMkuffdWp: marks.uffd.make,
    pteSwpUffdWp: marks.uffd.test,
    pteSwpClearUffdWp: marks.uffd.clear,
    // The architectures here keep them in the same places one level up.
    pmdSwpMksoftDirty: marks.soft.make,
    pmdSwpSoftDirty: marks.soft.test,
    pmdSwpClearSoftDirty: marks.soft.clear,
    pmdSwpMkuffdWp: marks.uffd.make,
    pmdSwpUffdWp: marks.uffd.test,
    pmdSwpClearUffdWp: marks.uffd.clear,
    makePteMarker: (marker) => swpEntryToPte({ type: SWP_PTE_MARKER, offset: marker }),
    isPteMarker: (pte) => isSwapPte(pte) && typeOf(pte) === SWP_PTE_MARKER,
  };
}
