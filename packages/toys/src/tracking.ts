/** Toys with the marks that only the kernel uses: soft-dirty, and userfaultfd write-protected. */
import { type ArchSpec, bit, layoutValues, type PteLayout, pteOr } from '@racewalk/core';
import { flatSpec } from './flat.js';
import { plainValues, toyLayout } from './layout.js';
import { bitWalker } from './walker.js';

const SOFT_DIRTY = bit(8);
const UFFD_WP = bit(9);
const YOUNG = bit(10);

/** The access flag is one of the bits of a swap entry's type, as it is on some hardware. */
const layout: PteLayout = {
  ...toyLayout,
  fields: [
    ...toyLayout.fields.map((f) => (f.name === 'A' ? { ...f, lo: 10, hi: 10 } : f)),
    { name: 'SOFT_DIRTY', lo: 8, hi: 8, means: 'soft-dirty tracking', source: 'toy', software: true },
    { name: 'UFFD_WP', lo: 9, hi: 9, means: 'userfaultfd write-protected', source: 'toy', software: true },
  ],
  young: YOUNG,
  softDirty: SOFT_DIRTY,
  uffdWp: UFFD_WP,
  swap: { ...toyLayout.swap, softDirty: bit(2), uffdWp: bit(3) },
};

const base = layoutValues(layout);
const { mkProt, protNone, pteModify } = plainValues;

/** `flatSpec` with both marks: `pte_mkdirty` sets soft-dirty, too, and `pte_mkuffd_wp` forbids stores. */
export const trackingSpec: typeof flatSpec = {
  ...flatSpec,
  layout,
  values: {
    ...base,
    mkProt,
    protNone,
    pteModify,
    pteMkdirty: (pte) => pteOr(base.pteMkdirty(pte), SOFT_DIRTY),
    pteMkuffdWp: (pte) => base.pteWrprotect(pteOr(pte, UFFD_WP)),
  },
  walker: bitWalker(layout),
} satisfies Partial<ArchSpec>;
