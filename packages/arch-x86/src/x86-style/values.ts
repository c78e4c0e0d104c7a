/**
 * `pte_*` of x86. Two things are not one bit each: dirty, because R/W = 0 with D = 1 means shadow-stack
 * memory; and the frame number, which is stored inverted while the entry is not present.
 */
import {
  bits,
  fieldOf,
  fieldWord,
  layoutValues,
  type Pfn,
  type Prot,
  PTE_ZERO,
  type PteLayout,
  type PteValues,
  type PteWord,
  pteAnd,
  pteAndNot,
  pteAny,
  pteOr,
} from '@racewalk/core';
import type { X86StyleBits } from './layout.js';

const PFN_MASK = bits(12, 51);
const MAX_PFN = 2 ** 40 - 1;

/** Frame numbers, inverted where P is clear: a speculative load must find no cached line there (L1TF). */
function frames(b: X86StyleBits): Pick<PteValues, 'ptePfn' | 'pfnPte' | 'pteAdvancePfn'> {
  const known: Pfn[] = [];
  const inverted = (pte: PteWord) => pte !== PTE_ZERO && !pteAny(pte, b.PRESENT);
  const ptePfn = (pte: PteWord) => {
    let pfn = known[pte.id];
    if (pfn === undefined) {
      const field = fieldOf(pte, 12, 51);
      pfn = inverted(pte) ? MAX_PFN - field : field;
      known[pte.id] = pfn;
    }
    return pfn;
  };
  const pfnPte = (pfn: Pfn, prot: PteWord) => {
    const flags = pteAndNot(prot, PFN_MASK);
    return pteOr(flags, fieldWord(inverted(flags) ? MAX_PFN - pfn : pfn, 12, 51));
  };
  return { ptePfn, pfnPte, pteAdvancePfn: (pte, nr) => pfnPte(ptePfn(pte) + nr, pte) };
}

/** The `pte_*` helpers of one x86. @kernel arch/x86/include/asm/pgtable.h */
export function x86StyleValues(layout: PteLayout, b: X86StyleBits): PteValues {
  const base = { ...layoutValues(layout), ...frames(b) };
  const either = pteOr(b.DIRTY, b.SAVED_DIRTY);

  /** Dirty where it belongs: in D if stores are allowed, else in the software bit. */
  const placed = (pte: PteWord) => {
    const to = pteAny(pte, b.RW) ? b.DIRTY : b.SAVED_DIRTY;
    return pteAny(pte, either) ? pteOr(pteAndNot(pte, either), to) : pte;
  };
  const pteWrprotect = (pte: PteWord) => placed(pteAndNot(pte, b.RW));

  const marks = [b.SPECIAL, b.DEVMAP, b.SOFT_DIRTY, b.UFFD_WP];
  const kept = [b.PWT, b.PCD, b.PSE, b.ACCESSED, either, ...marks].reduce(pteOr);
  const pteModify = (pte: PteWord, prot: PteWord) => {
    const flags = pteOr(pteAnd(pte, kept), pteAndNot(prot, pteOr(kept, PFN_MASK)));
    return placed(base.pfnPte(base.ptePfn(pte), flags));
  };

  const mkProt = (prot: Prot) => {
    if (!prot.read && !prot.write && !prot.exec) return b.GLOBAL;
    let word = pteOr(b.PRESENT, b.USER);
    if (prot.write) word = pteOr(word, b.RW);
    return prot.exec ? word : pteOr(word, b.NX);
  };

  return Object.freeze({
    ...base,
    // Some processors set A and D in an entry that was emptied meanwhile (Knights Landing erratum).
    pteNone: (pte: PteWord) => pteAndNot(pte, pteOr(b.ACCESSED, b.DIRTY)) === PTE_ZERO,
    pteDirty: (pte: PteWord) => pteAny(pte, either),
    pteMkdirty: (pte: PteWord) => placed(pteOr(pteOr(pte, b.DIRTY), b.SOFT_DIRTY)),
    pteMkclean: (pte: PteWord) => pteAndNot(pte, either),
    pteMkwrite: (pte: PteWord) => placed(pteOr(pte, b.RW)),
    pteWrprotect,
    // Without the bit, as on 32-bit x86, Linux takes the generic body: the entry as it is (pgtable_uffd.h).
    pteMkuffdWp:
      b.UFFD_WP === PTE_ZERO ? base.pteMkuffdWp : (pte: PteWord) => pteWrprotect(pteOr(pte, b.UFFD_WP)),
    pteModify,
    mkProt,
    protNone: () => b.GLOBAL,
  });
}

/** Why a value must not stand in an x86 table, or null. */
export function x86StyleMalformed(b: X86StyleBits): (pte: PteWord) => string | null {
  const present = pteOr(b.PRESENT, b.GLOBAL);
  return (pte) => {
    if (!pteAny(pte, present)) {
      if (!pteAny(pte, pteOr(b.ACCESSED, b.DIRTY))) return null;
      return 'A or D in an entry that is not present';
    }
    if (pteAny(pte, b.DIRTY) && !pteAny(pte, b.RW)) return 'R/W = 0 with D = 1 means shadow-stack memory';
    return null;
  };
}
