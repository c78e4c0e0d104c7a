/**
 * `pte_*` of arm64. Dirty is kept twice: by the hardware as DBM with AP[2] clear, and by software in
 * bit 55, because a read-only entry has nowhere else to keep it.
 */
import {
  layoutValues,
  type Prot,
  PTE_ZERO,
  type PteValues,
  type PteWord,
  pteAll,
  pteAnd,
  pteAndNot,
  pteAny,
  pteOr,
} from '@racewalk/core';
import { arm64Layout, PTE } from './layout.js';

const or = (...words: readonly PteWord[]): PteWord => words.reduce(pteOr, PTE_ZERO);
const base = layoutValues(arm64Layout);

/** A store went through the entry since AP[2] was last set. */
export const pteHwDirty = (pte: PteWord): boolean => pteAny(pte, PTE.WRITE) && !pteAny(pte, PTE.RDONLY);

/** Software remembers a store. */
export const pteSwDirty = (pte: PteWord): boolean => pteAny(pte, PTE.DIRTY);

function pteMkclean(pte: PteWord): PteWord {
  // Both records go: with AP[2] left clear the next store would leave no trace.
  return pteOr(pteAndNot(pte, PTE.DIRTY), PTE.RDONLY);
}

function pteMkdirty(pte: PteWord): PteWord {
  const marked = pteOr(pte, PTE.DIRTY);
  // A writable dirty entry with AP[2] set would fault on a CPU without hardware dirty state, and the
  // handler would find nothing to do: for ever.
  return pteAny(marked, PTE.WRITE) ? pteAndNot(marked, PTE.RDONLY) : marked;
}

function pteWrprotect(pte: PteWord): PteWord {
  // Setting AP[2] erases the hardware's record, so it moves to bit 55 first.
  const kept = pteHwDirty(pte) ? pteOr(pte, PTE.DIRTY) : pte;
  return pteOr(pteAndNot(kept, PTE.WRITE), PTE.RDONLY);
}

function pteMkwrite(pte: PteWord): PteWord {
  const writable = pteOr(pte, PTE.WRITE);
  return pteSwDirty(writable) ? pteAndNot(writable, PTE.RDONLY) : writable;
}

const MODIFY = or(
  PTE.USER,
  PTE.PXN,
  PTE.UXN,
  PTE.RDONLY,
  PTE.PRESENT_INVALID,
  PTE.VALID,
  PTE.WRITE,
  PTE.GP,
  PTE.ATTRINDX,
  PTE.PO_IDX,
);

function pteModify(pte: PteWord, prot: PteWord): PteWord {
  const dirty = pteHwDirty(pte) || pteSwDirty(pte);
  const changed = pteOr(pteAndNot(pte, MODIFY), pteAnd(prot, MODIFY));
  return dirty ? pteMkdirty(changed) : changed;
}

const NONE = or(PTE.TYPE, PTE.RDONLY, PTE.SHARED, PTE.PRESENT_INVALID, PTE.PXN, PTE.UXN);

function mkProt(prot: Prot): PteWord {
  if (!prot.read && !prot.write && !prot.exec) return NONE;
  // Clean by default, hence read-only even if writable.
  let word = or(PTE.VALID, PTE.TYPE, PTE.USER, PTE.RDONLY, PTE.SHARED, PTE.NG, PTE.PXN);
  if (!prot.exec) word = pteOr(word, PTE.UXN);
  return prot.write ? pteOr(word, PTE.WRITE) : word;
}

/** The `pte_*` helpers of arm64. @kernel arch/arm64/include/asm/pgtable.h */
export const arm64Values: PteValues = Object.freeze({
  ...base,
  ptePresent: (pte: PteWord) => pteAny(pte, PTE.VALID) || pteAny(pte, PTE.PRESENT_INVALID),
  // Present-invalid is also what pmd_mkinvalid leaves; PROT_NONE is the one without any user access.
  pteProtnone: (pte: PteWord) =>
    !pteAny(pte, PTE.VALID) && pteAll(pte, pteOr(PTE.PRESENT_INVALID, PTE.UXN)) && !pteAny(pte, PTE.USER),
  pteDirty: (pte: PteWord) => pteHwDirty(pte) || pteSwDirty(pte),
  pteCont: (pte: PteWord) => pteAny(pte, PTE.CONT),
  pteMkcont: (pte: PteWord) => pteOr(pte, PTE.CONT),
  pteMknoncont: (pte: PteWord) => pteAndNot(pte, PTE.CONT),
  pteMkclean,
  pteMkdirty,
  pteMkwrite,
  pteWrprotect,
  pteMkuffdWp: (pte: PteWord) => pteWrprotect(pteOr(pte, PTE.UFFD_WP)),
  pteModify,
  mkProt,
  protNone: () => NONE,
});

/** Why a value must not stand in a table, or null. */
export function malformed(pte: PteWord): string | null {
  if (!pteAny(pte, PTE.VALID)) return null;
  if (!pteAny(pte, PTE.TYPE)) return 'bits 1:0 are 01, which is reserved at level 3';
  if (pteAll(pte, or(PTE.WRITE, PTE.DIRTY, PTE.RDONLY))) {
    return 'writable, software-dirty and read-only: a store faults and the handler finds nothing to do';
  }
  if (pteAny(pte, PTE.USER) && !pteAny(pte, PTE.WRITE) && !pteAny(pte, PTE.RDONLY)) {
    return 'neither DBM nor AP[2]: stores go through and nothing records them';
  }
  return null;
}
