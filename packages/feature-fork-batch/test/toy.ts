/**
 * Two small architectures on which dirty moves: an entry that is dirty and not writable means something else, so dirty
 * is in another bit there. One has no contiguous blocks, one has blocks it knows nothing about.
 */

import {
  type ArchPlugin,
  type ArchSpec,
  bit,
  defineArch,
  type PteLayout,
  type PteValues,
  type PteWord,
  pteAndNot,
  pteAny,
  pteOr,
} from '@racewalk/core';
import { ACCESS_DIRTY, FlatOps, flatSpec, toyLayout, toyValues } from '@racewalk/toys';

const { write: WRITE, dirty: DIRTY } = toyLayout;
const SAVED_DIRTY = bit(8);
const EITHER = pteOr(DIRTY, SAVED_DIRTY);

const layout: PteLayout = {
  ...toyLayout,
  fields: [
    ...toyLayout.fields,
    { name: 'SAVED_DIRTY', lo: 8, hi: 8, means: 'dirty, while W is clear', source: 'toy', software: true },
  ],
};

/** Dirty where it belongs. */
function placed(pte: PteWord): PteWord {
  if (!pteAny(pte, EITHER)) return pte;
  return pteOr(pteAndNot(pte, EITHER), pteAny(pte, WRITE) ? DIRTY : SAVED_DIRTY);
}

const values: PteValues = {
  ...toyValues,
  pteDirty: (pte) => pteAny(pte, EITHER),
  pteMkdirty: (pte) => placed(pteOr(pte, DIRTY)),
  pteMkclean: (pte) => pteAndNot(pte, EITHER),
  pteMkwrite: (pte) => placed(pteOr(pte, WRITE)),
  pteWrprotect: (pte) => placed(pteAndNot(pte, WRITE)),
  pteModify: (pte, prot) => placed(toyValues.pteModify(pte, prot)),
};

const spec = {
  ...flatSpec,
  layout,
  malformed: (pte: PteWord) =>
    pteAny(pte, DIRTY) && !pteAny(pte, WRITE) ? 'D without W is something else' : null,
  ops: (m) => new FlatOps(m),
} satisfies Partial<ArchSpec>;

/** Hardware flags, no blocks, every operation it needs. */
export const flat: ArchPlugin = defineArch({
  ...spec,
  values: { ...values, pteCont: () => false, pteMkcont: (pte) => pte, pteMknoncont: (pte) => pte },
  id: 'flat',
  title: 'Toy without blocks',
  capabilities: ['hwAccess', 'hwDirty', 'ipiFlush'],
});

/** With blocks that nothing folds or unfolds. */
export const toy: ArchPlugin = defineArch({
  ...spec,
  values,
  id: 'toy',
  title: 'Toy with blocks',
  capabilities: ['hwAccess', 'hwDirty', 'contPte', 'broadcastTlbi'],
  cont: { ptes: 16, mayDiffer: pteOr(ACCESS_DIRTY, SAVED_DIRTY) },
});
