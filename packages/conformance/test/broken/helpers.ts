/** Faults in the helpers and the layout. */
import { bit, layoutValues, pteAndNot, pteOr } from '@racewalk/core';
import { toyArch, toyLayout, toyValues } from '@racewalk/toys';
import type { Broken } from './broken.js';
import { D, twoDirtyBits, values, W } from './two-dirty-bits.js';

/** The kernel looks at bit 8, the hardware sets bit 3. */
const layout = {
  ...toyLayout,
  dirty: bit(8),
  fields: [...toyLayout.fields, { name: 'DD', lo: 8, hi: 8, means: 'dirty, by mistake', source: 'toy' }],
};
const { pteDirty, pteMkdirty, pteMkclean } = layoutValues(layout);

export const wrongDirtyBit: Broken = {
  fault: 'wrong dirty bit',
  plugin: toyArch({ layout, values: { ...toyValues, pteDirty, pteMkdirty, pteMkclean } }),
  fails: [/^manifest > has hwDirty/],
  says: [
    /claims hwDirty, but a walk for a store leaves pteDirty false/,
    /3 {2}D +0 +1 {2}\* dirty/,
    /pteDirty\(after\) = false; it hangs on DD \(bit 8\)/,
  ],
};

export const cleanLeavesOne: Broken = {
  fault: 'mkclean leaves one of two encodings',
  plugin: toyArch({
    ...twoDirtyBits,
    values: { ...values, pteMkclean: (pte) => pteAndNot(pte, D) },
  }),
  fails: [/^laws > PTE pte_mkclean/],
  says: [
    /toy pteMkclean \(pte_mkclean\).*"forgets stores, in every place that records them"/,
    /3 {2}D +1 +0 {2}\* dirty/,
    /8 {2}M +1 +1 {4}modified/,
    /pteDirty\(after\) = true; it hangs on M \(bit 8\)/,
    /smallest input:\n +pte .*dirty/,
  ],
};

export const wrprotectDropsDirty: Broken = {
  fault: 'write-protect drops dirty',
  plugin: toyArch({
    ...twoDirtyBits,
    values: {
      ...values,
      pteMkdirty: (pte) => pteOr(pte, D),
      pteWrprotect: (pte) => pteAndNot(pte, pteOr(W, D)),
    },
  }),
  fails: [/^laws > PTE pte_wrprotect/],
  says: [
    /toy pteWrprotect \(pte_wrprotect\).*what was dirty stays dirty": not so: dirty is kept/,
    /3 {2}D +1 +0 {2}\* dirty/,
    /pteDirty\(after\) = false/,
  ],
};
