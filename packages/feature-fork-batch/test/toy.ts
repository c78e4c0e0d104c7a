/** Two small architectures: one without contiguous blocks, and one with blocks it knows nothing about. */

import { ACCESS_DIRTY, FlatOps, flatSpec, flatToy, toyArch } from '@racewalk/conformance/toys';
import { type ArchPlugin, defineArch } from '@racewalk/core';

/** Hardware flags, no blocks, every operation it needs. */
export const flat: ArchPlugin = defineArch({ ...flatToy, memory: flatSpec.memory });

/** With blocks that nothing folds or unfolds. */
export const toy: ArchPlugin = toyArch({
  title: 'Toy with blocks',
  capabilities: ['hwAccess', 'hwDirty', 'contPte', 'broadcastTlbi'],
  cont: { ptes: 16, mayDiffer: ACCESS_DIRTY },
  ops: (m) => new FlatOps(m),
});
