/** Dirty is one software bit, and the hardware may store only through an entry that has it. */
import {
  type AccessKind,
  type HardwareWalker,
  layoutValues,
  type Prot,
  type PteValues,
  type PteWord,
  pteAll,
  pteAnd,
  pteAndNot,
  pteAny,
  pteOr,
  type WalkResult,
} from '@racewalk/core';
import { BITS, swDirtyLayout } from './layout.js';

const base = layoutValues(swDirtyLayout);
const STORES = pteOr(BITS.WRITE, BITS.DIRTY);

/** AP[2] as it follows from the two software bits: the first store to a clean page has to fault. */
const guarded = (pte: PteWord): PteWord =>
  pteAll(pte, STORES) ? pteAndNot(pte, BITS.RDONLY) : pteOr(pte, BITS.RDONLY);

const pteWrprotect = (pte: PteWord) => guarded(base.pteWrprotect(pte));

function mkProt(prot: Prot): PteWord {
  if (!prot.read && !prot.write && !prot.exec) return BITS.NONE;
  const page = prot.exec ? BITS.USER_PAGE : pteOr(BITS.USER_PAGE, BITS.UXN);
  return guarded(prot.write ? pteOr(page, BITS.WRITE) : page);
}

/** The `pte_*` helpers. */
export const swDirtyValues: PteValues = Object.freeze({
  ...base,
  // Present-invalid is also what pmd_mkinvalid leaves; PROT_NONE is the one without any user access.
  pteProtnone: (pte: PteWord) => base.pteProtnone(pte) && pteAny(pte, BITS.UXN) && !pteAny(pte, BITS.USER),
  pteMkwrite: (pte: PteWord) => guarded(base.pteMkwrite(pte)),
  pteWrprotect,
  pteMkdirty: (pte: PteWord) => guarded(base.pteMkdirty(pte)),
  pteMkclean: (pte: PteWord) => guarded(base.pteMkclean(pte)),
  pteMkuffdWp: (pte: PteWord) => pteWrprotect(base.pteMkuffdWp(pte)),
  pteModify: (pte: PteWord, prot: PteWord) =>
    guarded(pteOr(pteAndNot(pte, BITS.MODIFY), pteAnd(prot, BITS.MODIFY))),
  mkProt,
  protNone: () => BITS.NONE,
});

/** Why a value must not stand in a table, or null. */
export function malformed(pte: PteWord): string | null {
  if (!base.pteValid(pte) || pte === guarded(pte)) return null;
  return pteAny(pte, BITS.RDONLY)
    ? 'writable, dirty and read-only: a store faults and the handler finds nothing to do'
    : 'the hardware may store through an entry that is not both writable and dirty';
}

/** Sets the access flag; looks at AP[2], and never changes it. */
export const swDirtyWalker: HardwareWalker = Object.freeze({
  walk(entry: PteWord, access: AccessKind): WalkResult {
    if (!pteAll(entry, BITS.PAGE)) return { ok: false, fault: 'translation' };
    if (!pteAny(entry, BITS.USER)) return { ok: false, fault: 'permission' };
    if (access === 'store' && pteAny(entry, BITS.RDONLY)) return { ok: false, fault: 'permission' };
    const young = pteOr(entry, BITS.AF);
    return { ok: true, entry: young, cached: young };
  },
  permits: (cached: PteWord, access: AccessKind) => access === 'load' || !pteAny(cached, BITS.RDONLY),
});
