/** A toy that remembers stores in two places: D, which the hardware sets, and M, which the kernel keeps. */
import {
  type ArchSpec,
  bit,
  type PteLayout,
  type PteValues,
  pteAnd,
  pteAndNot,
  pteAny,
  pteOr,
} from '@racewalk/core';
import { ACCESS_DIRTY, toyLayout, toyValues } from '@racewalk/toys';

export const W = bit(1);
export const D = bit(3);
export const M = bit(8);

export const layout: PteLayout = {
  ...toyLayout,
  fields: [
    ...toyLayout.fields,
    { name: 'M', lo: 8, hi: 8, means: 'modified, kept by the kernel', source: 'toy', software: true },
  ],
};

/** Dirty is D or M; whoever takes D away keeps M. */
export const values: PteValues = {
  ...toyValues,
  pteDirty: (pte) => pteAny(pte, pteOr(D, M)),
  pteMkdirty: (pte) => pteOr(pte, pteOr(D, M)),
  pteMkclean: (pte) => pteAndNot(pte, pteOr(D, M)),
  pteWrprotect(pte) {
    const kept = pteAnd(pte, D) === D ? pteOr(pte, M) : pte;
    return pteAndNot(kept, pteOr(W, D));
  },
};

/** What makes a toy one with two dirty bits. */
export const twoDirtyBits = {
  layout,
  values,
  cont: { ptes: 4, mayDiffer: pteOr(ACCESS_DIRTY, M) },
} satisfies Partial<ArchSpec>;
