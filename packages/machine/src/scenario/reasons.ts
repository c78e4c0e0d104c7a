/**
 * Why a mutant is harmless on an architecture, derived from its capabilities. Texts appear in
 * reports.
 */
import { flushesAnyway } from './flushes-anyway.js';
import type { ArchReason } from './variant.js';

const softwareDirty: ArchReason = (arch) =>
  arch.has('hwDirty')
    ? null
    : 'only the fault handler makes an entry dirty, and it needs the page-table lock the kernel holds';

const noBlocks: ArchReason = (arch) =>
  arch.has('contPte') ? null : 'there are no contiguous blocks: an entry speaks for its own page alone';

const noHardwareBlocks: ArchReason = (arch) => {
  if (!arch.has('contPte')) return noBlocks(arch);
  if (arch.has('hwDirty')) return null;
  return 'the fault handler sets the flags of every entry of a block, under the page-table lock';
};

const noBlockTranslations: ArchReason = (arch) => {
  if (!arch.has('contPte')) return noBlocks(arch);
  if (arch.has('blockTranslations')) return null;
  return 'a cached translation answers only for the page of the entry it was read from';
};

const noDirtyBlockTranslations: ArchReason = (arch) => noHardwareBlocks(arch) ?? noBlockTranslations(arch);

const invalidationWaits: ArchReason = (arch) =>
  arch.has('broadcastTlbi')
    ? null
    : 'an invalidation interrupts the other CPUs and waits for them, so there is nothing left to wait for';

const faultHeals: ArchReason = (arch) => {
  if (arch.has('faultDropsTlb'))
    return 'the fault itself drops the stale translation, so the access walks the second time';
  if (!arch.has('staleRefusals')) return 'an access that a cached translation refuses walks before it faults';
  const flushes = flushesAnyway(arch);
  if (flushes !== null) return `${flushes}: no stale refusal is left behind`;
  const { fixSpuriousFault = 'page' } = arch;
  return fixSpuriousFault === 'none'
    ? null
    : 'a write fault that finds nothing to change invalidates the page, so no stale refusal is left behind';
};

const hugeFaultHeals: ArchReason = (arch) => {
  if (arch.has('faultDropsTlb') || !arch.has('staleRefusals')) return faultHeals(arch);
  return arch.has('negativeCaching')
    ? 'the handler fences its own CPU after every fault (update_mmu_cache or update_mmu_cache_pmd), so no stale refusal is left behind'
    : null;
};

const softwareWalks: ArchReason = (arch) =>
  arch.has('walkCaches')
    ? null
    : 'software walks, with interrupts off, and remembers the way for one walk only: what waits for the CPU waits for it';

const leafFlushReaches: ArchReason = (arch) =>
  arch.has('pageFlushDropsWalkCaches')
    ? 'the invalidation of one address also empties all walk caches of the CPU'
    : softwareWalks(arch);

/** Under TSO a load overtakes older stores, and nothing else changes places. */
const storesInOrder: ArchReason = (arch) =>
  arch.memory === 'weak' ? null : 'the stores of a CPU are seen in the order in which it makes them';

const loadsInOrder: ArchReason = (arch) =>
  arch.memory === 'weak' ? null : 'a CPU makes its loads in the order of the program';

/** Reasons that many races share, for the field `unless` of a mutant. */
export const REASONS = Object.freeze({
  /** No hardware sets dirty. */
  softwareDirty,
  /** No contiguous blocks. */
  noBlocks,
  /** No contiguous blocks, or none that the hardware makes dirty in one place. */
  noHardwareBlocks,
  /** No contiguous blocks, or no translation that answers for a whole one. */
  noBlockTranslations,
  /** As {@link noHardwareBlocks} and {@link noBlockTranslations}: no store is recorded by way of a sibling. */
  noDirtyBlockTranslations,
  /** Invalidation by interrupt is complete when the sender goes on. */
  invalidationWaits,
  /** There are no stale refusals, or they remove themselves, or the kernel flushes more than it has to. */
  faultHeals,
  /** The same of huge pages, whose handlers do not call flush_tlb_fix_spurious_fault() in Linux 6.12. */
  hugeFaultHeals,
  /** No walk cache outlives the walk. */
  softwareWalks,
  /** No walk cache outlives the flush of a leaf. */
  leafFlushReaches,
  /** No store is seen before an older one of its CPU. */
  storesInOrder,
  /** No load is made before an older one of its CPU. */
  loadsInOrder,
});
