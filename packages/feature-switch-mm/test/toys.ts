/** Example architectures: one for each way in which Linux hands out tags. */
import { type ArchPlugin, type ArchSpec, type Capability, HARDWARE_FILLED_TLB } from '@racewalk/core';
import { exchangeToy } from '@racewalk/toys';

const COMMON: readonly Capability[] = [
  ...HARDWARE_FILLED_TLB,
  'hwAccess',
  'hwDirty',
  'contPte',
  'breakBeforeMake',
  'leafBreakBeforeMake',
];

const toy = (id: string, capabilities: readonly Capability[], changes: Partial<ArchSpec> = {}): ArchPlugin =>
  exchangeToy({ id, title: `Toy, ${id}`, capabilities: [...COMMON, ...capabilities], ...changes });

/** Counts flushes, stores are buffered. */
export const counting = toy('counting', ['ipiFlush', 'spaceTags'], { memory: 'tso' });
/** Tags of all CPUs, invalidation by tag. */
export const broadcasting = toy('broadcasting', ['broadcastTlbi', 'spaceTags']);
/** Tags of each CPU. */
export const versioned = toy('versioned', ['ipiFlush', 'spaceTags'], { mmContext: 'versions' });
/** No tags. */
export const untagged = toy('untagged', ['ipiFlush']);

export const TOYS: readonly ArchPlugin[] = [counting, broadcasting, versioned];
