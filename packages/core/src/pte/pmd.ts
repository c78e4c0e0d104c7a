/**
 * The `pmd_*` helpers: an entry one level up, either a leaf (a huge page) or the address of a table.
 * Architectures here keep the same facts in the same bits at both levels, as their manuals do.
 */
import type { Pfn } from '../units.js';
import type { PteLayout } from './layout.js';
import { hasLeafBits, leafForm, tableTest, upperBits } from './upper.js';
import type { FullPteValues } from './values.js';
import { type PteWord, pteAll, pteAndNot, pteAny, pteOr } from './word.js';

/** The `pmd_*` helpers of one architecture. */
export interface PmdValues {
  /** @kernel pmd_none */
  pmdNone(pmd: PteWord): boolean;
  /** Not the address of a table: a walk to a leaf table must stop here. @kernel pmd_bad */
  pmdBad(pmd: PteWord): boolean;
  /** A huge page or a table, even if the hardware may not use it. @kernel pmd_present */
  pmdPresent(pmd: PteWord): boolean;
  /** Maps a huge page. @kernel pmd_leaf */
  pmdLeaf(pmd: PteWord): boolean;
  /** Maps a transparent huge page; also while it is invalid for the hardware. @kernel pmd_trans_huge */
  pmdTransHuge(pmd: PteWord): boolean;
  /** @kernel pmd_write */
  pmdWrite(pmd: PteWord): boolean;
  /** @kernel pmd_dirty */
  pmdDirty(pmd: PteWord): boolean;
  /** @kernel pmd_young */
  pmdYoung(pmd: PteWord): boolean;
  /** @kernel pmd_special */
  pmdSpecial(pmd: PteWord): boolean;
  /** @kernel pmd_protnone */
  pmdProtnone(pmd: PteWord): boolean;
  /** @kernel pmd_devmap */
  pmdDevmap(pmd: PteWord): boolean;
  /** @kernel pmd_soft_dirty */
  pmdSoftDirty(pmd: PteWord): boolean;
  /** @kernel pmd_uffd_wp */
  pmdUffdWp(pmd: PteWord): boolean;
  /** @kernel pmd_mkwrite */
  pmdMkwrite(pmd: PteWord): PteWord;
  /** Writable in the ordinary way, whatever the area is. @kernel pmd_mkwrite_novma */
  pmdMkwriteNovma(pmd: PteWord): PteWord;
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
  /** @kernel pmd_mkspecial */
  pmdMkspecial(pmd: PteWord): PteWord;
  /** @kernel pmd_mkdevmap */
  pmdMkdevmap(pmd: PteWord): PteWord;
  /** @kernel pmd_mksoft_dirty */
  pmdMksoftDirty(pmd: PteWord): PteWord;
  /** @kernel pmd_clear_soft_dirty */
  pmdClearSoftDirty(pmd: PteWord): PteWord;
  /** @kernel pmd_mkuffd_wp */
  pmdMkuffdWp(pmd: PteWord): PteWord;
  /** @kernel pmd_clear_uffd_wp */
  pmdClearUffdWp(pmd: PteWord): PteWord;
  /** Turn a PTE-level value into a leaf at PMD level. @kernel pmd_mkhuge */
  pmdMkhuge(pmd: PteWord): PteWord;
  /** Not usable by hardware, yet still present for the kernel. @kernel pmd_mkinvalid */
  pmdMkinvalid(pmd: PteWord): PteWord;
  /** Change the protection of a leaf, keeping the rest. @kernel pmd_modify */
  pmdModify(pmd: PteWord, prot: PteWord): PteWord;
  /** First frame of the huge page, or the frame of the table. @kernel pmd_pfn */
  pmdPfn(pmd: PteWord): Pfn;
  /** @kernel pfn_pmd */
  pfnPmd(pfn: Pfn, prot: PteWord): PteWord;
  /** The entry that points to the table in this frame. @kernel pmd_populate */
  pmdPopulate(pfn: Pfn): PteWord;
  /** @kernel pmd_same */
  pmdSame(a: PteWord, b: PteWord): boolean;
}

/** PMD helpers from the PTE helpers and the layout. */
export function pmdValues(l: PteLayout, v: FullPteValues): PmdValues {
  const mkhuge = (pmd: PteWord) => leafForm(l, pmd);
  const bits = upperBits(l);
  const table = tableTest(l, 'pmd');
  const present = (pmd: PteWord) => pteAny(pmd, bits.present);
  const leaf = (pmd: PteWord) => present(pmd) && hasLeafBits(l, pmd);
  const devmap = l.devmap?.bit;
  return {
    pmdNone: v.pteNone,
    pmdBad: (pmd) => !pteAll(pmd, table.set) || pteAny(pmd, table.clear),
    pmdPresent: present,
    pmdLeaf: leaf,
    pmdTransHuge: (pmd) => leaf(pmd) && !(l.devmap?.notThp === true && v.pteDevmap(pmd)),
    pmdWrite: v.pteWrite,
    pmdDirty: v.pteDirty,
    pmdYoung: v.pteYoung,
    pmdSpecial: v.pteSpecial,
    pmdProtnone: v.pteProtnone,
    pmdDevmap: v.pteDevmap,
    pmdSoftDirty: v.pteSoftDirty,
    pmdUffdWp: v.pteUffdWp,
    pmdMkwrite: v.pteMkwrite,
    pmdMkwriteNovma: v.pteMkwriteNovma,
    pmdWrprotect: v.pteWrprotect,
    pmdMkdirty: v.pteMkdirty,
    pmdMkclean: v.pteMkclean,
    pmdMkyoung: v.pteMkyoung,
    pmdMkold: v.pteMkold,
    pmdMkspecial: v.pteMkspecial,
    // Without the special mark that pte_mkdevmap adds.
    pmdMkdevmap: (pmd) => (devmap === undefined ? pmd : pteOr(pmd, devmap)),
    pmdMksoftDirty: v.pteMksoftDirty,
    pmdClearSoftDirty: v.pteClearSoftDirty,
    pmdMkuffdWp: v.pteMkuffdWp,
    pmdClearUffdWp: v.pteClearUffdWp,
    pmdMkhuge: mkhuge,
    // The frame is written anew: some architectures store it differently while an entry is invalid.
    pmdMkinvalid: (pmd) => v.pfnPte(v.ptePfn(pmd), pteOr(pteAndNot(pmd, bits.invalidClear), bits.invalidSet)),
    pmdModify: v.pteModify,
    pmdPfn: v.ptePfn,
    pfnPmd: (pfn, prot) => mkhuge(v.pfnPte(pfn, prot)),
    pmdPopulate: (pfn) => v.pfnPte(pfn, bits.table),
    pmdSame: v.pteSame,
  };
}
