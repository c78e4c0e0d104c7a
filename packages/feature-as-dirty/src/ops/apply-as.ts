/**
 * A callback for every entry that points into a range of an address_space.
 * @kernel mm/as_dirty_helpers.c, version 4, June 2019
 */
import {
  type AddressSpace,
  PAGE_SIZE,
  type Vaddr,
  type Vma,
  vmaIntervalTreeForeach,
  vpnOf,
} from '@racewalk/core';
import { atomic, type Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { applyToPfnRange, type PfnRangeApply } from './apply-to-pfn-range.js';
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

/** How a run differs from the patch. Nothing set: it does not. */
export interface AsRules {
  /**
   * When what was changed is invalidated: after the scan of each area, with no page-table lock held
   * (default); before that lock is dropped; only once, for the last area; or never.
   */
  readonly flush?: 'after-scan' | 'under-ptl' | 'last-area' | 'never';
  /** Where secondary MMUs are told: around the scan and the invalidation (default), around nothing, or not. */
  readonly notifier?: 'bracket' | 'ends-early' | 'none';
  /** Do not announce the invalidation in `tlb_flush_pending`. */
  readonly unannounced?: boolean;
  /** Invalidate the whole range if somebody else's invalidation is still on its way. */
  readonly heedsPending?: boolean;
  /** Done after the scan of an area and before its invalidation. */
  readonly beforeFlush?: (m: Machine, vma: Vma) => Step<void>;
  /** Done after the invalidation, at the same place and under the same locks. */
  readonly afterFlush?: (m: Machine, vma: Vma) => Step<void>;
  /** `READ_ONCE(vma->vm_flags)`, for a race in which they change. */
  readonly vmFlags?: (m: Machine, vma: Vma) => Step<FilterFlags>;
}

/** The patch as it was posted. */
export const AS_POSTED: AsRules = Object.freeze({});

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

/** Invalidate what was changed in one area, from the first to the last entry. */
function* flushTouched(m: Machine, aas: ApplyAs, vma: Vma, clip: AddrRange, rules: AsRules): Step<void> {
  if (rules.heedsPending === true && (yield* m.k.mmTlbFlushNested(vma.mm))) {
    // An entry found clean may be one that somebody else has made clean and not yet invalidated.
    yield* m.tlb.flushTlbRange(vma, clip.start, clip.end);
  } else if (aas.end > aas.start) {
    yield* m.tlb.flushTlbRange(vma, aas.start, aas.end);
  }
}

/** One area: scan, and invalidate if `flushes`. */
function* applyToVma(
  m: Machine,
  aas: ApplyAs,
  vma: Vma,
  clip: AddrRange,
  rules: AsRules,
  flushes: boolean,
): Step<void> {
  aas.mm = vma.mm;
  aas.vma = vma;
  aas.start = clip.end;
  aas.end = clip.start;
  const { notifier = 'bracket' } = rules;
  const range = {
    event: 'protection-page',
    mm: vma.mm,
    start: vpnOf(clip.start),
    end: vpnOf(clip.end),
  } as const;
  if (notifier !== 'none') yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  yield* m.k.flushCacheRange(vma, clip.start, clip.end);
  if (notifier === 'ends-early') yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  if (rules.unannounced !== true) yield* m.k.incTlbFlushPending(vma.mm);

  function* flush(): Step<void> {
    if (rules.beforeFlush !== undefined) yield* rules.beforeFlush(m, vma);
    if (flushes) yield* flushTouched(m, aas, vma, clip, rules);
    if (rules.afterFlush !== undefined) yield* rules.afterFlush(m, vma);
  }
  const locked = rules.flush === 'under-ptl';
  const closure: PfnRangeApply = locked ? { ...aas, beforeUnlock: flush } : aas;
  if ((yield* applyToPfnRange(m, closure, clip.start, clip.end - clip.start)) !== 0) {
    yield* warnOn('apply_to_pfn_range failed');
  }
  if (!locked) yield* flush();

  if (notifier === 'bracket') yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  if (rules.unannounced !== true) yield* m.k.decTlbFlushPending(vma.mm);
}

/**
 * Call `aas.ptefn` for all entries that map the pages `firstIndex` … `firstIndex + nr - 1` of `mapping`,
 * and invalidate what it says it has changed. Answers how many entries it has changed; that may be more
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
  rules: AsRules = AS_POSTED,
): Step<number> {
  yield* m.k.iMmapLockRead(mapping);
  const vmas = vmaIntervalTreeForeach(mapping, firstIndex, firstIndex + nr - 1);
  for (const vma of vmas) {
    // Advisory: nothing keeps the flags from changing, because mmap_lock is not held.
    const flags = rules.vmFlags === undefined ? flagsOf(vma) : yield* rules.vmFlags(m, vma);
    const filter = filterVma(flags);
    if (filter === 'warn') yield* warnOn(`${vma.table.name} is huge, or no I/O mapping`);
    const clip = clipToVma(vma, firstIndex, nr);
    if (filter !== 'apply' || clip === null) continue;
    const last = vma === vmas.at(-1);
    const flushes = rules.flush !== 'never' && (rules.flush !== 'last-area' || last);
    yield* applyToVma(m, aas, vma, clip, rules, flushes);
  }
  yield* m.k.iMmapUnlockRead(mapping);
  return aas.total;
}
