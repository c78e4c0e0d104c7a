/**
 * The pure helpers on entry values: `pte_*` of the kernel (Documentation/mm/arch_pgtable_helpers.rst).
 * They read and make values; none of them touches memory.
 */
import type { Pfn } from '../units.js';
import type { PteLayout } from './layout.js';
import { bits, fieldOf, fieldWord, PTE_ZERO, type PteWord, pteAndNot, pteAny, pteOr } from './word.js';

/** What a mapping permits; turned into entry bits by `PteValues.mkProt`. */
export interface Prot {
  readonly read: boolean;
  readonly write: boolean;
  readonly exec?: boolean;
}

/** The `pte_*` helpers of one architecture. */
export interface PteValues {
  /** No entry at all. @kernel pte_none */
  pteNone(pte: PteWord): boolean;
  /** A page is mapped, even if only for the kernel. @kernel pte_present */
  ptePresent(pte: PteWord): boolean;
  /** The hardware may translate with it. @kernel pte_valid */
  pteValid(pte: PteWord): boolean;
  /** Mapped without any access. @kernel pte_protnone */
  pteProtnone(pte: PteWord): boolean;
  /** Stores are allowed by the kernel (a clean entry may still fault). @kernel pte_write */
  pteWrite(pte: PteWord): boolean;
  /** A store happened since the entry was last made clean. @kernel pte_dirty */
  pteDirty(pte: PteWord): boolean;
  /** An access happened since the entry was last made old. @kernel pte_young */
  pteYoung(pte: PteWord): boolean;
  /** @kernel pte_special */
  pteSpecial(pte: PteWord): boolean;
  /** Device memory with `struct page`. @kernel pte_devmap */
  pteDevmap(pte: PteWord): boolean;
  /** @kernel pte_soft_dirty */
  pteSoftDirty(pte: PteWord): boolean;
  /** @kernel pte_uffd_wp */
  pteUffdWp(pte: PteWord): boolean;
  /** The entry belongs to a contiguous block. @kernel pte_cont */
  pteCont(pte: PteWord): boolean;
  /** @kernel pte_mkwrite */
  pteMkwrite(pte: PteWord): PteWord;
  /** @kernel pte_wrprotect */
  pteWrprotect(pte: PteWord): PteWord;
  /** @kernel pte_mkdirty */
  pteMkdirty(pte: PteWord): PteWord;
  /** @kernel pte_mkclean */
  pteMkclean(pte: PteWord): PteWord;
  /** @kernel pte_mkyoung */
  pteMkyoung(pte: PteWord): PteWord;
  /** @kernel pte_mkold */
  pteMkold(pte: PteWord): PteWord;
  /** @kernel pte_mkspecial */
  pteMkspecial(pte: PteWord): PteWord;
  /** @kernel pte_mkdevmap */
  pteMkdevmap(pte: PteWord): PteWord;
  /** @kernel pte_mksoft_dirty */
  pteMksoftDirty(pte: PteWord): PteWord;
  /** @kernel pte_clear_soft_dirty */
  pteClearSoftDirty(pte: PteWord): PteWord;
  /** @kernel pte_mkuffd_wp */
  pteMkuffdWp(pte: PteWord): PteWord;
  /** @kernel pte_clear_uffd_wp */
  pteClearUffdWp(pte: PteWord): PteWord;
  /** Set the contiguous mark; only where the plug-in has `contPte`. @kernel pte_mkcont */
  pteMkcont(pte: PteWord): PteWord;
  /** @kernel pte_mknoncont */
  pteMknoncont(pte: PteWord): PteWord;
  /** Frame the entry maps. @kernel pte_pfn */
  ptePfn(pte: PteWord): Pfn;
  /** Entry for a frame with the bits of `prot`. @kernel pfn_pte */
  pfnPte(pfn: Pfn, prot: PteWord): PteWord;
  /** The same entry `nr` frames on. @kernel pte_advance_pfn */
  pteAdvancePfn(pte: PteWord, nr: number): PteWord;
  /** Bit for bit the same. @kernel pte_same */
  pteSame(a: PteWord, b: PteWord): boolean;
  /** Change the protection, keeping frame, young, dirty and software bits. @kernel pte_modify */
  pteModify(pte: PteWord, prot: PteWord): PteWord;
  /** Entry bits for a protection; clean. @kernel vm_get_page_prot */
  mkProt(prot: Prot): PteWord;
  /** Bits for `PROT_NONE`. @kernel PAGE_NONE */
  protNone(): PteWord;
}

/** The helpers with those that follow from the others. */
export interface FullPteValues extends PteValues {
  /**
   * Writable in the ordinary way, whatever the area is. Only shadow stacks are writable in another way,
   * and no area here is one. @kernel pte_mkwrite_novma
   */
  pteMkwriteNovma(pte: PteWord): PteWord;
}

const completed = new WeakMap<PteValues, FullPteValues>();

/** The same helpers and those that follow from them; the same object for the same helpers. */
export function fullPteValues(v: PteValues): FullPteValues {
  let full = completed.get(v);
  if (full === undefined) {
    full = Object.freeze({ ...v, pteMkwriteNovma: v.pteMkwrite });
    completed.set(v, full);
  }
  return full;
}

/** The part of {@link PteValues} that follows from bit positions alone. */
export type LayoutValues = Omit<PteValues, 'mkProt' | 'protNone' | 'pteModify'>;

/**
 * Helpers for an architecture whose facts are one bit each. An architecture that keeps a fact in two
 * places (arm64's dirty state) replaces the helpers concerned.
 */
export function layoutValues(l: PteLayout): LayoutValues {
  const [pfnLo, pfnHi] = l.pfn;
  const pfnMask = bits(pfnLo, pfnHi);
  const present = pteOr(l.valid, l.protnone);
  const soft = l.softDirty ?? PTE_ZERO;
  const uffd = l.uffdWp ?? PTE_ZERO;
  const devmap = l.devmap?.bit ?? PTE_ZERO;
  const mkdevmap = l.devmap?.alsoSpecial === true ? pteOr(devmap, l.special) : devmap;
  const pfnOfId: Pfn[] = [];
  const ptePfn = (pte: PteWord) => {
    let pfn = pfnOfId[pte.id];
    if (pfn === undefined) {
      pfn = fieldOf(pte, pfnLo, pfnHi);
      pfnOfId[pte.id] = pfn;
    }
    return pfn;
  };
  const withPfn = (pte: PteWord, pfn: Pfn) => pteOr(pteAndNot(pte, pfnMask), fieldWord(pfn, pfnLo, pfnHi));
  return {
    pteNone: (pte) => pte === PTE_ZERO,
    ptePresent: (pte) => pteAny(pte, present),
    pteValid: (pte) => pteAny(pte, l.valid),
    pteProtnone: (pte) => pteAny(pte, l.protnone) && !pteAny(pte, l.valid),
    pteWrite: (pte) => pteAny(pte, l.write),
    pteDirty: (pte) => pteAny(pte, l.dirty),
    pteYoung: (pte) => pteAny(pte, l.young),
    pteSpecial: (pte) => pteAny(pte, l.special),
    pteDevmap: (pte) => pteAny(pte, devmap),
    pteSoftDirty: (pte) => pteAny(pte, soft),
    pteUffdWp: (pte) => pteAny(pte, uffd),
    pteCont: () => false,
    pteMkwrite: (pte) => pteOr(pte, l.write),
    pteWrprotect: (pte) => pteAndNot(pte, l.write),
    pteMkdirty: (pte) => pteOr(pte, l.dirty),
    pteMkclean: (pte) => pteAndNot(pte, l.dirty),
    pteMkyoung: (pte) => pteOr(pte, l.young),
    pteMkold: (pte) => pteAndNot(pte, l.young),
    pteMkspecial: (pte) => pteOr(pte, l.special),
    pteMkdevmap: (pte) => pteOr(pte, mkdevmap),
    pteMksoftDirty: (pte) => pteOr(pte, soft),
    pteClearSoftDirty: (pte) => pteAndNot(pte, soft),
    pteMkuffdWp: (pte) => pteOr(pte, uffd),
    pteClearUffdWp: (pte) => pteAndNot(pte, uffd),
    pteMkcont: (pte) => pte,
    pteMknoncont: (pte) => pte,
    ptePfn,
    pfnPte: (pfn, prot) => withPfn(prot, pfn),
    pteAdvancePfn: (pte, nr) => withPfn(pte, ptePfn(pte) + nr),
    pteSame: (a, b) => a === b,
  };
}
