/**
 * A callback for every entry that points into a range of an address_space.
 * @kernel mm/as_dirty_helpers.c, version 4, June 2019
 */
import { type AddressSpace, PAGE_SIZE, type Vaddr, type Vma, vpnOf } from '@racewalk/core';
import { atomic, type Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { PfnRangeApply } from './apply-to-pfn-range.js';
import { type AddrRange, clipToVma, type FilterFlags, filterVma, flagsOf } from './clip.js';

/** `struct apply_as`. */
export interface ApplyAs extends PfnRangeApply {
  /** Address of the first entry changed; the end of the range while there is none. */
  start: Vaddr;
  /** End of the last page whose entry was changed; the start of the range while there is none. */
  end: Vaddr;
  /** Number of entries changed, in all areas. */
  total: number;
  /** The area being worked on. */
  vma: Vma | null;
}

/** `container_of`: every closure here is an `apply_as`. */
export const touchedBy = (closure: PfnRangeApply): ApplyAs => closure as ApplyAs;

/** Note that the entry at `addr` was changed. */
export function recordTouched(aas: ApplyAs, addr: Vaddr): void {
  aas.total++;
  aas.start = Math.min(aas.start, addr);
  aas.end = Math.max(aas.end, addr + PAGE_SIZE);
}

/** `WARN_ON`, as a step that traces show. */
function* warnOn(what: string): Step<void> {
  yield* atomic([], () => 0, { text: `WARN_ON ${what}`, does: 'observe' }, { locked: false });
}

/** Invalidate what was changed in one area, from the first to the last entry. Lines of `apply_as_range`. */
export function* flushTouched(m: Machine, aas: ApplyAs, vma: Vma, _clip: AddrRange): Step<void> {
  if (aas.end > aas.start) yield* m.tlb.flushTlbRange(vma, aas.start, aas.end);
}

/** `READ_ONCE(vma->vm_flags)`; a race in which they change has a body of its own. */
// biome-ignore lint/correctness/useYield: they do not change
export function* readVmFlags(_m: Machine, vma: Vma): Step<FilterFlags> {
  return flagsOf(vma);
}

/** One area: scan, and invalidate when no page-table lock is held. */
function* applyToVma(m: Machine, aas: ApplyAs, vma: Vma, clip: AddrRange): Step<void> {
  const { mm } = vma;
  aas.mm = mm;
  aas.vma = vma;
  aas.start = clip.end;
  aas.end = clip.start;
  const range = { event: 'protection-page', mm, start: vpnOf(clip.start), end: vpnOf(clip.end) } as const;
  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  yield* m.k.flushCacheRange(vma, clip.start, clip.end);
  yield* m.k.incTlbFlushPending(mm);
  if ((yield* m.k.applyToPfnRange(aas, clip.start, clip.end - clip.start)) !== 0) {
    yield* warnOn('apply_to_pfn_range failed');
  }
  yield* m.k.flushTouched(aas, vma, clip);
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  yield* m.k.decTlbFlushPending(mm);
}

/**
 * Call `aas.ptefn` for all entries that map the pages `firstIndex` … `firstIndex + nr - 1` of `mapping`,
 * and invalidate what it says it has changed. Returns the number of entries it has changed; that may be more
 * than `nr`, if areas overlap.
 *
 * @kernel apply_as_range
 */
export function* applyAsRange(
  m: Machine,
  mapping: AddressSpace,
  aas: ApplyAs,
  firstIndex: number,
  nr: number,
): Step<number> {
  yield* m.k.iMmapLockRead(mapping);
  for (const vma of m.k.vmaIntervalTreeForeach(mapping, firstIndex, firstIndex + nr - 1)) {
    // Advisory: nothing keeps the flags from changing, because mmap_lock is not held.
    const filter = filterVma(yield* m.k.readVmFlags(vma));
    if (filter === 'warn') yield* warnOn(`${vma.table.name} is huge, or no I/O mapping`);
    const clip = clipToVma(vma, firstIndex, nr);
    if (filter === 'apply' && clip !== null) yield* applyToVma(m, aas, vma, clip);
  }
  yield* m.k.iMmapUnlockRead(mapping);
  return aas.total;
}
