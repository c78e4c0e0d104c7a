/**
 * The `huge_pte_*` helpers: hugetlb pages, whose entries are leaves one level up or two but are handled as `pte_t`.
 */
import { RacewalkError } from '../errors.js';
import { PAGE_SHIFT } from '../units.js';
import type { PmdValues } from './pmd.js';
import type { FullPteValues } from './values.js';
import type { PteWord } from './word.js';

/** Bits of a byte offset within a huge page one level up (2 MiB). */
export const PMD_SHIFT = 21;
/** The same two levels up (1 GiB). */
export const PUD_SHIFT = 30;

/** The `huge_pte_*` helpers of one architecture. */
export interface HugePteValues {
  /** A huge leaf. @kernel pte_huge */
  pteHuge(pte: PteWord): boolean;
  /** Make it one. @kernel pte_mkhuge */
  pteMkhuge(pte: PteWord): PteWord;
  /**
   * The entry for a hugetlb page of `2^shift` bytes. Throws `RACEWALK_RANGE` for a size the architecture
   * does not have. @kernel arch_make_huge_pte
   */
  archMakeHugePte(entry: PteWord, shift: number): PteWord;
  /** @kernel huge_pte_none */
  hugePteNone(pte: PteWord): boolean;
  /** @kernel huge_pte_dirty */
  hugePteDirty(pte: PteWord): boolean;
  /** @kernel huge_pte_write */
  hugePteWrite(pte: PteWord): boolean;
  /** @kernel huge_pte_uffd_wp */
  hugePteUffdWp(pte: PteWord): boolean;
  /** @kernel huge_pte_mkdirty */
  hugePteMkdirty(pte: PteWord): PteWord;
  /** @kernel huge_pte_mkwrite */
  hugePteMkwrite(pte: PteWord): PteWord;
  /** @kernel huge_pte_wrprotect */
  hugePteWrprotect(pte: PteWord): PteWord;
  /** @kernel huge_pte_mkuffd_wp */
  hugePteMkuffdWp(pte: PteWord): PteWord;
  /** @kernel huge_pte_clear_uffd_wp */
  hugePteClearUffdWp(pte: PteWord): PteWord;
  /** @kernel huge_pte_modify */
  hugePteModify(pte: PteWord, prot: PteWord): PteWord;
}

/** Sizes of hugetlb pages of an architecture, as shifts, and those made of several entries. */
export interface HugeSizes {
  readonly pud: boolean;
  /** Entries in a contiguous block; 1 where there are none. */
  readonly contPtes: number;
  /** Whether leaves one level up form blocks of as many. */
  readonly contLeaves: boolean;
}

/** Helpers for hugetlb entries, from those for leaves. */
export function hugePteValues(pmd: PmdValues, v: FullPteValues, sizes: HugeSizes): HugePteValues {
  const contShift = Math.log2(sizes.contPtes);
  function archMakeHugePte(entry: PteWord, shift: number): PteWord {
    if (shift === PMD_SHIFT || (shift === PUD_SHIFT && sizes.pud)) return pmd.pmdMkhuge(entry);
    if (contShift > 0 && sizes.contLeaves && shift === PMD_SHIFT + contShift)
      return pmd.pmdMkhuge(v.pteMkcont(entry));
    // A block of ordinary pages: no leaf of another level, and all the same a huge page.
    if (contShift > 0 && shift === PAGE_SHIFT + contShift) return v.pteMkcont(entry);
    throw new RacewalkError('RACEWALK_RANGE', `no hugetlb page has 2^${shift} bytes here`);
  }
  return {
    pteHuge: pmd.pmdLeaf,
    pteMkhuge: pmd.pmdMkhuge,
    archMakeHugePte,
    hugePteNone: pmd.pmdNone,
    hugePteDirty: pmd.pmdDirty,
    hugePteWrite: pmd.pmdWrite,
    hugePteUffdWp: pmd.pmdUffdWp,
    hugePteMkdirty: pmd.pmdMkdirty,
    hugePteMkwrite: pmd.pmdMkwrite,
    hugePteWrprotect: pmd.pmdWrprotect,
    hugePteMkuffdWp: pmd.pmdMkuffdWp,
    hugePteClearUffdWp: pmd.pmdClearUffdWp,
    hugePteModify: pmd.pmdModify,
  };
}
