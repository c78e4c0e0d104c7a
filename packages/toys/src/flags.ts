/** Toys without blocks: hardware keeps the flags, the fault handler does, or the kernel tracks soft-dirty. */
import { type ArchPlugin, defineArch, GenericPteOps } from '@racewalk/core';
import { flatSpec } from './flat.js';
import { trackingSpec } from './tracking.js';
import { toyWalker } from './walker.js';

/**
 * Hardware sets young and dirty; an invalidation is issued, and waited for apart. What a translation refuses it refuses
 * until then, and the fault handler leaves it to whoever changes the entry.
 */
export const addingToy: ArchPlugin = defineArch({
  ...flatSpec,
  id: 'toy',
  title: 'Toy with broadcast invalidation',
  capabilities: ['walkCaches', 'hwAccess', 'hwDirty', 'broadcastTlbi', 'staleRefusals'],
  fixSpuriousFault: 'none',
});

/** Old and clean entries fault, and the fault drops the translation it came from. */
export const faultingToy: ArchPlugin = defineArch({
  ...flatSpec,
  memory: 'tso',
  id: 'flat',
  title: 'Toy without hardware flags',
  capabilities: ['walkCaches', 'ipiFlush', 'faultDropsTlb', 'staleRefusals'],
  walker: toyWalker({ young: false, dirty: false }),
  ops: (m) => new GenericPteOps(m),
});

/** Hardware flags, and the kernel's own marks. */
export const trackingToy: ArchPlugin = defineArch({
  ...trackingSpec,
  id: 'tracking',
  title: 'Toy with soft-dirty tracking',
  capabilities: ['walkCaches', 'hwAccess', 'hwDirty', 'ipiFlush', 'softDirty', 'uffdWp'],
});
