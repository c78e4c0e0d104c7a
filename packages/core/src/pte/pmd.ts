/**
 * The `pmd_*` helpers: an entry one level up, either a leaf (a huge page) or the address of a table.
 * Architectures here keep the same facts in the same bits at both levels, as their manuals do.
 */
import type { Pfn } from '../units.js';
import type { PteLayout } from './layout.js';
import type { PteValues } from './values.js';
import { type PteWord, pteAll, pteAndNot, pteAny, pteOr } from './word.js';

/** The `pmd_*` helpers of one architecture. */
export interface PmdValues {
  /** @kernel pmd_none */
  pmdNone(pmd: PteWord): boolean;
  /** @kernel pmd_present */
  pmdPresent(pmd: PteWord): boolean;
  /** Maps a huge page. @kernel pmd_leaf */
  pmdLeaf(pmd: PteWord): boolean;
  /** @kernel pmd_write */
  pmdWrite(pmd: PteWord): boolean;
  /** @kernel pmd_dirty */
  pmdDirty(pmd: PteWord): boolean;
  /** @kernel pmd_young */
  pmdYoung(pmd: PteWord): boolean;
  /** @kernel pmd_mkwrite */
  pmdMkwrite(pmd: PteWord): PteWord;
  /** @kernel pmd_wrprotect */
  pmdWrprotect(pmd: PteWord): PteWord;
  /** @kernel pmd_mkdirty */
  pmdMkdirty(pmd: PteWord): PteWord;
  /** @kernel pmd_mkclean */
  pmdMkclean(pmd: PteWord): PteWord;
  /** @kernel pmd_mkyoung */
  pmdMkyoung(pmd: PteWord): PteWord;
  /** @kernel pmd_mkold */
  pmdMkold(pmd: PteWord): PteWord;
  /** Turn a PTE-level value into a leaf at PMD level. @kernel pmd_mkhuge */
  pmdMkhuge(pmd: PteWord): PteWord;
  /** Not usable by hardware, yet still present for the kernel. @kernel pmd_mkinvalid */
  pmdMkinvalid(pmd: PteWord): PteWord;
  /** First frame of the huge page. @kernel pmd_pfn */
  pmdPfn(pmd: PteWord): Pfn;
  /** @kernel pfn_pmd */
  pfnPmd(pfn: Pfn, prot: PteWord): PteWord;
  /** @kernel pmd_same */
  pmdSame(a: PteWord, b: PteWord): boolean;
}

/** PMD helpers from the PTE helpers and the leaf bits of the layout. */
export function pmdValues(l: PteLayout, v: Omit<PteValues, 'mkProt' | 'protNone' | 'pteModify'>): PmdValues {
  const mkhuge = (pmd: PteWord) => pteAndNot(pteOr(pmd, l.pmdLeafSet), l.pmdLeafClear);
  return {
    pmdNone: v.pteNone,
    pmdPresent: v.ptePresent,
    pmdLeaf: (pmd) => v.ptePresent(pmd) && pteAll(pmd, l.pmdLeafSet) && !pteAny(pmd, l.pmdLeafClear),
    pmdWrite: v.pteWrite,
    pmdDirty: v.pteDirty,
    pmdYoung: v.pteYoung,
    pmdMkwrite: v.pteMkwrite,
    pmdWrprotect: v.pteWrprotect,
    pmdMkdirty: v.pteMkdirty,
    pmdMkclean: v.pteMkclean,
    pmdMkyoung: v.pteMkyoung,
    pmdMkold: v.pteMkold,
    pmdMkhuge: mkhuge,
    // The frame is written anew: some architectures store it differently while an entry is invalid.
    pmdMkinvalid: (pmd) => v.pfnPte(v.ptePfn(pmd), pteOr(pteAndNot(pmd, l.valid), l.protnone)),
    pmdPfn: v.ptePfn,
    pfnPmd: (pfn, prot) => mkhuge(v.pfnPte(pfn, prot)),
    pmdSame: v.pteSame,
  };
}
