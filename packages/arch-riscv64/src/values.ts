/** The `pte_*` helpers: one bit a fact. @kernel arch/riscv/include/asm/pgtable.h */
import {
  layoutValues,
  type Prot,
  type PteValues,
  type PteWord,
  pteAnd,
  pteAndNot,
  pteAny,
  pteOr,
} from '@racewalk/core';
import { LEAF, layout, PROT_NONE, PROTECTION, PTE } from './layout.js';

const base = layoutValues(layout);

/** R goes with W: without it the encoding is reserved. */
const WRITABLE = pteOr(PTE.R, PTE.W);

/** @kernel PAGE_NONE */
const NONE = pteOr(PROT_NONE, PTE.R);

function mkProt(prot: Prot): PteWord {
  if (!prot.read && !prot.write && !prot.exec) return NONE;
  let word = pteOr(PTE.V, PTE.U);
  if (prot.read) word = pteOr(word, PTE.R);
  if (prot.write) word = pteOr(word, WRITABLE);
  return prot.exec ? pteOr(word, PTE.X) : word;
}

/** The helpers of both plug-ins. */
export const values: PteValues = Object.freeze({
  ...base,
  pteMkwrite: (pte: PteWord) => pteOr(pte, WRITABLE),
  pteCont: (pte: PteWord) => pteAny(pte, PTE.N),
  pteMkcont: (pte: PteWord) => pteOr(pte, PTE.N),
  pteMknoncont: (pte: PteWord) => pteAndNot(pte, PTE.N),
  pteModify: (pte: PteWord, prot: PteWord) => pteOr(pteAndNot(pte, PROTECTION), pteAnd(prot, PROTECTION)),
  mkProt,
  protNone: () => NONE,
});

/** Why a value must not stand in a table, or null. */
export function malformed(pte: PteWord): string | null {
  if (!pteAny(pte, PTE.V)) return null;
  if (!pteAny(pte, LEAF))
    return 'V without R, W and X: that leads to a table, and below the last level there is none';
  return pteAny(pte, PTE.W) && !pteAny(pte, PTE.R) ? 'W without R is reserved' : null;
}
