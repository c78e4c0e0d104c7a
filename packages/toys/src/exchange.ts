/** Toys of 16 entries to a block, and of none, under operations that know nothing of blocks. */
import { type ArchPlugin, bit, defineArch, type PteLayout } from '@racewalk/core';
import { flatSpec } from './flat.js';
import { ACCESS_DIRTY, blockValues, toyLayout } from './layout.js';
import { exchangeToy, TOY_HARDWARE } from './toys.js';
import { bitWalker } from './walker.js';

/** The type of a swap entry lies over young and dirty, as it does over the access flag on arm64; so NONE is elsewhere. */
const layout: PteLayout = {
  ...toyLayout,
  fields: toyLayout.fields.map((f) => (f.name === 'NONE' ? { ...f, lo: 9, hi: 9 } : f)),
  protnone: bit(9),
  swap: { type: [2, 6], offset: [12, 60], exclusive: bit(8) },
};

/** Blocks that the hardware may use, under operations that know nothing of blocks. */
export const blockToy: ArchPlugin = exchangeToy({
  title: 'Toy with blocks',
  capabilities: TOY_HARDWARE,
  layout,
  values: blockValues(layout),
  walker: bitWalker(layout),
  cont: { ptes: 16, mayDiffer: ACCESS_DIRTY },
  omits: ['everything but what these tests need'],
});

/** Hardware of the same kind without blocks, and all operations it needs. */
export const flatToy: ArchPlugin = defineArch({
  ...flatSpec,
  memory: 'tso',
  id: 'flat',
  title: 'Toy without blocks',
  capabilities: ['walkCaches', 'hwAccess', 'hwDirty', 'ipiFlush'],
});
