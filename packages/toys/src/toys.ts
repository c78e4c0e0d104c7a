/** The example architecture: hardware sets access and dirty, blocks of four entries. */
import { type ArchPlugin, type ArchSpec, defineArch } from '@racewalk/core';
import { ToyOps } from './block-ops.js';
import { ExchangeOps } from './exchange-ops.js';
import { ACCESS_DIRTY, plainValues, toyLayout, toyValues } from './layout.js';
import { toyWalker } from './walker.js';

/** What the hardware of the toys has, unless one of them says otherwise. */
export const TOY_HARDWARE: ArchSpec['capabilities'] = [
  'walkCaches',
  'hwAccess',
  'hwDirty',
  'contPte',
  'breakBeforeMake',
  'leafBreakBeforeMake',
  'broadcastTlbi',
];

const spec: ArchSpec = {
  id: 'toy',
  title: 'Toy with hardware access and dirty',
  capabilities: TOY_HARDWARE,
  memory: 'sc',
  layout: toyLayout,
  values: toyValues,
  walker: toyWalker({ young: true, dirty: true }),
  cont: { ptes: 4, mayDiffer: ACCESS_DIRTY },
  ops: (m) => new ToyOps(m),
  omits: ['everything but what the suite needs'],
};

/** The toy, with some fields replaced. */
export const toyArch = (changes: Partial<ArchSpec> = {}): ArchPlugin => defineArch({ ...spec, ...changes });

/** The toy with operations that know nothing of blocks, and leaves two levels up, with some fields replaced. */
export const exchangeToy = (changes: Partial<ArchSpec> = {}): ArchPlugin =>
  toyArch({
    capabilities: [...TOY_HARDWARE, 'pudLeaf'],
    ops: (m) => new ExchangeOps(m),
    omits: [],
    ...changes,
  });

/** The same with flushes that interrupt other CPUs instead of a broadcast. */
export const interruptingToy = (): ArchPlugin =>
  exchangeToy({
    id: 'toy-ipi',
    capabilities: [...TOY_HARDWARE.filter((name) => name !== 'broadcastTlbi'), 'ipiFlush'],
  });

/** The toy without hardware dirty: a store through a clean entry faults. */
export const toySoft: ArchPlugin = toyArch({
  id: 'toy-soft',
  title: 'Toy with software dirty',
  capabilities: TOY_HARDWARE.filter((name) => name !== 'hwDirty'),
  walker: toyWalker({ young: true, dirty: false }),
});

const { cont: _cont, ops: _ops, ...plain } = spec;

/** A toy without blocks, without hardware updates and without operations of its own. */
export const toyPlain: ArchPlugin = defineArch({
  ...plain,
  id: 'toy-plain',
  title: 'Toy with everything in software',
  capabilities: ['walkCaches', 'ipiFlush'],
  values: plainValues,
  walker: toyWalker({ young: false, dirty: false }),
});
