/** Two small architectures: x86 in miniature, and the same with contiguous blocks it knows nothing about. */

import { X86StyleOps, x86StyleBits, x86StyleSpec } from '@racewalk/arch-x86';
import { type ArchPlugin, bit, defineArch, type PteWord, pteAndNot, pteAny, pteOr } from '@racewalk/core';

const spec = { ...x86StyleSpec(), memory: 'sc' } as const;
const b = x86StyleBits({});
const CONT = bit(52);

/** Hardware flags, no blocks, every operation it needs. */
export const flat: ArchPlugin = defineArch({
  ...spec,
  id: 'flat',
  title: 'Toy without blocks',
  capabilities: ['hwAccess', 'hwDirty', 'ipiFlush'],
  ops: (m) => new X86StyleOps(m),
  omits: ['everything but what these tests need'],
});

/** With blocks that nothing folds or unfolds. */
export const toy: ArchPlugin = defineArch({
  ...spec,
  id: 'toy',
  title: 'Toy with blocks',
  capabilities: ['hwAccess', 'hwDirty', 'contPte', 'broadcastTlbi'],
  values: {
    ...spec.values,
    pteCont: (pte: PteWord) => pteAny(pte, CONT),
    pteMkcont: (pte: PteWord) => pteOr(pte, CONT),
    pteMknoncont: (pte: PteWord) => pteAndNot(pte, CONT),
  },
  cont: { ptes: 16, mayDiffer: [b.ACCESSED, b.DIRTY, b.SAVED_DIRTY].reduce(pteOr) },
  ops: (m) => new X86StyleOps(m),
  omits: ['everything but what these tests need'],
});
