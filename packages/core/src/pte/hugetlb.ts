/**
 * The `huge_pte_*` helpers: hugetlb pages, whose entries are leaves one level up but are handled as
 * `pte_t`.
 */
import type { PmdValues } from './pmd.js';
import type { PteWord } from './word.js';

/** The `huge_pte_*` helpers of one architecture. */
export interface HugePteValues {
  /** A huge leaf. @kernel pte_huge */
  pteHuge(pte: PteWord): boolean;
  /** Make it one. @kernel pte_mkhuge */
  pteMkhuge(pte: PteWord): PteWord;
  /** @kernel huge_pte_dirty */
  hugePteDirty(pte: PteWord): boolean;
  /** @kernel huge_pte_write */
  hugePteWrite(pte: PteWord): boolean;
  /** @kernel huge_pte_mkdirty */
  hugePteMkdirty(pte: PteWord): PteWord;
  /** @kernel huge_pte_mkwrite */
  hugePteMkwrite(pte: PteWord): PteWord;
  /** @kernel huge_pte_wrprotect */
  hugePteWrprotect(pte: PteWord): PteWord;
}

/** Helpers for hugetlb entries, from those for PMD leaves. */
export function hugePteValues(pmd: PmdValues): HugePteValues {
  return {
    pteHuge: pmd.pmdLeaf,
    pteMkhuge: pmd.pmdMkhuge,
    hugePteDirty: pmd.pmdDirty,
    hugePteWrite: pmd.pmdWrite,
    hugePteMkdirty: pmd.pmdMkdirty,
    hugePteMkwrite: pmd.pmdMkwrite,
    hugePteWrprotect: pmd.pmdWrprotect,
  };
}
