/**
 * The `pte_*` helpers. One bit each is not enough for two facts: dirty is D or MODIFIED, and V means
 * accessed as well as valid, so it must not stand in an entry that allows no access.
 *
 * @kernel arch/loongarch/include/asm/pgtable.h
 */
import {
  layoutValues,
  type Pfn,
  type Prot,
  PTE_ZERO,
  type PteValues,
  type PteWord,
  pteAnd,
  pteAndNot,
  pteAny,
  pteOr,
} from '@racewalk/core';
import { layout, PROTECTION, PTE } from './layout.js';

const base = layoutValues(layout);
const EITHER = pteOr(PTE.D, PTE.MODIFIED);
const MAPPED = pteOr(PTE.USER, PTE.CACHED);
const NONE = [MAPPED, PTE.PROTNONE, PTE.NR, PTE.NX].reduce(pteOr);

/** D only with W: the TLB lets a store through if it sees D, and never sees W. */
const pteMkdirty = (pte: PteWord) => pteOr(pte, pteAny(pte, PTE.W) ? EITHER : PTE.MODIFIED);

/** D goes and takes its news to MODIFIED: a walker in hardware sets D alone (CVE-2026-72043). */
function withoutD(pte: PteWord): PteWord {
  return pteAny(pte, PTE.D) ? pteOr(pteAndNot(pte, PTE.D), PTE.MODIFIED) : pte;
}

/** Without P the hardware must find neither V nor D, or it would use the entry. */
const settled = (pte: PteWord) => (pteAny(pte, PTE.P) ? pte : pteAndNot(withoutD(pte), PTE.V));

function mkProt(prot: Prot): PteWord {
  if (!prot.read && !prot.write && !prot.exec) return NONE;
  const page = pteOr(MAPPED, prot.write ? pteOr(PTE.P, PTE.W) : PTE.P);
  return prot.exec ? page : pteOr(page, PTE.NX);
}

/** The helpers of both plug-ins. */
export const values: PteValues = Object.freeze({
  ...base,
  pteNone: (pte: PteWord) => pteAndNot(pte, PTE.G) === PTE_ZERO,
  pteDirty: (pte: PteWord) => pteAny(pte, EITHER),
  pteMkdirty,
  pteMkclean: (pte: PteWord) => pteAndNot(pte, EITHER),
  pteMkwrite: (pte: PteWord) => pteOr(pte, pteAny(pte, PTE.MODIFIED) ? pteOr(PTE.W, PTE.D) : PTE.W),
  pteWrprotect: (pte: PteWord) => pteAndNot(withoutD(pte), PTE.W),
  pfnPte: (pfn: Pfn, prot: PteWord) => settled(base.pfnPte(pfn, prot)),
  pteModify: (pte: PteWord, prot: PteWord) =>
    settled(pteOr(pteAndNot(withoutD(pte), PROTECTION), pteAnd(prot, PROTECTION))),
  mkProt,
  protNone: () => NONE,
});

/** Why a value must not stand in a table, or null. */
export function malformed(pte: PteWord): string | null {
  if (!pteAny(pte, PTE.P)) {
    const bare = pteAny(pte, pteOr(PTE.V, PTE.D));
    return bare ? 'V or D without P: a refill puts both into the TLB, and P into nothing' : null;
  }
  return pteAny(pte, PTE.D) && !pteAny(pte, PTE.W) ? 'D without W: the hardware lets stores through' : null;
}
