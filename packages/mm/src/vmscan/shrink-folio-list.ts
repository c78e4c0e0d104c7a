/** Reclaim: unmap, write out what must be, free. (mm/vmscan.c, Linux 6.12) */
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { freePage } from '../folio.js';
import type { Folio } from '../folio-table.js';
import { folioMapping } from '../rmap/rmap-walk.js';
import { TTU_BATCH_FLUSH, TTU_SYNC } from '../rmap/ttu-flags.js';

/** Whether a folio that reclaim has locked is its own now: out of every mapping and every cache, and clean. */
function* reclaims(m: Machine, folio: Folio): Step<boolean> {
  if (folio.swapbacked && folioMapping(folio) === null && !(yield* m.k.addToSwap(folio))) return false;
  // A large folio is unmapped as a whole or not at all.
  yield* m.k.tryToUnmap(folio, TTU_BATCH_FLUSH | (folio.frames.length > 1 ? TTU_SYNC : 0));
  if (yield* m.k.folioMapped(folio)) return false;
  if (!folio.swapbacked) {
    // `try_to_unmap_one` has checked that a lazily freed folio is clean.
    return yield* m.k.folioRefFreeze(folio, 1);
  }
  if (yield* m.k.folioTestDirty(folio)) {
    // A CPU with a dirty translation stores without a walk, so flush before the write-out.
    yield* m.k.tryToUnmapFlushDirty();
    yield* m.k.pageout(folio);
  }
  return yield* m.k.__removeMapping(folio);
}

/**
 * Reclaim the folios that were isolated for it; returns how many pages are free now. Folios that were not reclaimed
 * stay in the list, and the reference of their isolation is the caller's. Linux skips a locked folio, and
 * leaves dirty pages of files to the flusher threads (PGDAT_DIRTY); here it waits for the lock and writes the
 * page.
 * @kernel shrink_folio_list
 */
export function* shrinkFolioList(m: Machine, folioList: Folio[]): Step<number> {
  const freeFolios: Folio[] = [];
  const retFolios: Folio[] = [];
  for (const folio of folioList) {
    yield* m.lock(folio.lock);
    const freed = yield* reclaims(m, folio);
    yield* m.unlock(folio.lock);
    (freed ? freeFolios : retFolios).push(folio);
  }
  // One flush for the whole batch; only then may the pages be reused.
  yield* m.k.tryToUnmapFlush();
  const frames = freeFolios.flatMap((folio) => folio.frames);
  for (const frame of frames) yield* freePage(m, frame);
  folioList.splice(0, folioList.length, ...retFolios);
  return frames.length;
}

/** Functions that others call by name. */
export const VMSCAN = { shrinkFolioList } as const;

type VmscanFunctions = typeof VMSCAN;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends VmscanFunctions {}
}
