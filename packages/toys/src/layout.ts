/** The layout of the example architecture: one bit a fact. */
import {
  bit,
  bits,
  layoutValues,
  PTE_ZERO,
  type PteLayout,
  type PteValues,
  pteAnd,
  pteAndNot,
  pteAny,
  pteOr,
} from '@racewalk/core';

const V = bit(0);
const W = bit(1);
const NONE = bit(4);
const CONT = bit(6);

/** Access and dirty: what the entries of a block may differ in. */
export const ACCESS_DIRTY = bits(2, 3);

/** Where the toys keep what. */
export const toyLayout: PteLayout = {
  fields: [
    { name: 'V', lo: 0, hi: 0, means: 'valid', source: 'toy' },
    { name: 'W', lo: 1, hi: 1, means: 'writable', source: 'toy' },
    { name: 'A', lo: 2, hi: 2, means: 'accessed', source: 'toy' },
    { name: 'D', lo: 3, hi: 3, means: 'dirty', source: 'toy' },
    { name: 'NONE', lo: 4, hi: 4, means: 'no access', source: 'toy' },
    { name: 'SPECIAL', lo: 5, hi: 5, means: 'no struct page', source: 'toy' },
    { name: 'CONT', lo: 6, hi: 6, means: 'contiguous', source: 'toy' },
    { name: 'LEAF', lo: 7, hi: 7, means: 'huge page', source: 'toy' },
    { name: 'PFN', lo: 12, hi: 47, means: 'frame', source: 'toy' },
  ],
  pfn: [12, 47],
  valid: V,
  protnone: NONE,
  write: W,
  dirty: bit(3),
  young: bit(2),
  special: bit(5),
  pmdLeafSet: bit(7),
  pmdLeafClear: PTE_ZERO,
  swap: { type: [6, 10], offset: [12, 50], exclusive: bit(5) },
};

/** The `pte_*` helpers of a toy with blocks, whose NONE may be elsewhere. */
export function blockValues(layout: PteLayout): PteValues {
  const none = layout.protnone;
  const protection = pteOr(pteOr(V, W), none);
  return {
    ...layoutValues(layout),
    pteCont: (p) => pteAny(p, CONT),
    pteMkcont: (p) => pteOr(p, CONT),
    pteMknoncont: (p) => pteAndNot(p, CONT),
    mkProt: (prot) => (prot.write ? pteOr(V, W) : V),
    protNone: () => none,
    pteModify: (p, prot) => pteOr(pteAndNot(p, protection), pteAnd(prot, protection)),
  };
}

/** The `pte_*` helpers of the toys with blocks. */
export const toyValues: PteValues = blockValues(toyLayout);

/** The same without blocks. */
export const plainValues: PteValues = {
  ...toyValues,
  pteCont: () => false,
  pteMkcont: (p) => p,
  pteMknoncont: (p) => p,
};
