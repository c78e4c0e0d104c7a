/**
 * Reclaim of one folio: unmap it, write it out if it must be, free it. (mm/vmscan.c, Linux 6.12)
 */

import type { Vma } from '@racewalk/core';
import { type Cell, type Step, write } from '@racewalk/core/step';
import type { Folio, Frame, Machine } from '@racewalk/machine';
import { freePage, LINUX_UNMAP, startWriteout, TlbUbc, type TtuFlags, type UnmapOps } from '@racewalk/mm';

/** How one run of reclaim differs from that of Linux. */
export interface ShrinkPlan {
  /** The batch flushes are put off to; null invalidates at every entry. Default a batch of its own. */
  readonly batch?: TlbUbc | null;
  readonly flags?: TtuFlags;
  readonly ops?: UnmapOps;
  /** What is done before the page is written. Default `try_to_unmap_flush_dirty`. */
  readonly beforeIo?: (batch: TlbUbc | null) => Step<void>;
  /** What is done before the page is freed. Default `try_to_unmap_flush`. */
  readonly beforeFree?: (batch: TlbUbc | null) => Step<void>;
  /** Where the page's contents go. */
  readonly disk?: readonly Cell[];
  /** Word that says whether the page is in the swap cache. */
  readonly cached?: Cell;
}

/** Flush what may be written through, before I/O. */
export function* flushDirty(batch: TlbUbc | null): Step<void> {
  if (batch !== null) yield* batch.tryToUnmapFlushDirty();
}

/** Flush all that was put off. */
export function* flushAll(batch: TlbUbc | null): Step<void> {
  if (batch !== null) yield* batch.tryToUnmapFlush();
}

/** Nothing at all. */
export function* skip(): Step<void> {}

/**
 * Reclaim one isolated folio; the reference of the isolation is the caller's and is given back.
 * Answers whether it was freed. @kernel shrink_folio_list
 */
export function* shrinkFolioList(
  m: Machine,
  folio: Folio,
  among: readonly Vma[],
  plan: ShrinkPlan = {},
): Step<boolean> {
  const { batch = new TlbUbc(m), ops = LINUX_UNMAP, beforeIo = flushDirty, beforeFree = flushAll } = plan;
  const flags: TtuFlags = batch === null ? { ...plan.flags } : { ...plan.flags, batch };
  yield* m.lock(folio.lock);
  const unmapped = yield* m.k.tryToUnmap(folio, among, flags, ops);
  if (unmapped && flags.lazyfree !== true && (yield* m.k.folioTestDirty(folio))) {
    yield* beforeIo(batch);
    yield* startWriteout(folio, plan.disk);
  }
  const ours = unmapped && (yield* removeMapping(m, folio, plan.cached));
  yield* m.unlock(folio.lock);
  yield* beforeFree(batch);
  if (ours) yield* freePage(m, frameOf(folio));
  else yield* m.k.folioPut(frameOf(folio));
  return ours;
}

/** Take the folio out of the swap cache, if nobody but reclaim holds it. @kernel __remove_mapping */
function* removeMapping(m: Machine, folio: Folio, cached?: Cell): Step<boolean> {
  if (!(yield* m.k.folioRefFreeze(folio, 1))) return false;
  if (cached !== undefined) yield* write(cached, 0, 'delete from the swap cache');
  return true;
}

function frameOf(folio: Folio): Frame {
  const frame = folio.frames[0];
  if (frame === undefined) throw new RangeError(`${folio.name} has no page`);
  return frame;
}
