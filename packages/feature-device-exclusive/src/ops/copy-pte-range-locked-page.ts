import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { deviceExclusiveEntry } from '@racewalk/mm';
import type { CopyPte } from './copy-page-range.js';
import { type CopyPlace, copyPresentPte } from './copy-present-pte.js';

/** Gives back a page that was locked on the way. */
export type Release = (m: Machine, place: CopyPlace, page: Frame) => Step<void>;

/** Unlock it and drop the reference. */
export const releasePage: Release = function* (m, _place, page) {
  yield* m.k.unlockPage(page);
  yield* m.k.putPage(page);
};

/** What one attempt came to. */
type Attempt = { readonly done: true } | { readonly done: false; readonly busy: Frame };

/**
 * Copy one entry, in the form of v8: if the page is busy, drop the page-table locks, lock the page, and
 * look at the entry again. By then it may be anything. @kernel copy_pte_range (v8, with `locked_page`)
 */
export function copyPteRangeLockedPage(release: Release = releasePage): CopyPte {
  return function* (m, place) {
    let locked: Frame | null = null;
    for (;;) {
      yield* m.pteOffsetMapLock(place.dstPte.table);
      yield* m.pteOffsetMapLock(place.srcPte.table);
      const attempt: Attempt = yield* restoreOne(m, place, locked);
      // As posted: released before the entry is copied, under both page-table locks. Neither sleeps.
      if (locked !== null) yield* release(m, place, locked);
      if (attempt.done) yield* copyOne(m, place);
      else yield* m.k.getPage(attempt.busy);
      yield* m.pteUnmapUnlock(place.srcPte.table);
      yield* m.pteUnmapUnlock(place.dstPte.table);
      if (attempt.done) return true;
      locked = attempt.busy;
      yield* m.k.lockPage(locked);
    }
  };
}

/** One look at the entry, under both page-table locks; `locked` is a page this fork has locked before. */
function* restoreOne(m: Machine, place: CopyPlace, locked: Frame | null): Step<Attempt> {
  const { srcVma, srcPte } = place;
  const pte = yield* m.pte.ptepGet(srcPte);
  const entry = deviceExclusiveEntry(m, pte);
  if (entry !== null) {
    const page = m.k.pfnSwapEntryToPage(entry);
    if (page !== locked && !(yield* m.k.trylockPage(page))) return { done: false, busy: page };
    yield* m.k.restoreExclusivePte(srcVma, page, srcPte, pte);
    if (page !== locked) yield* m.k.unlockPage(page);
  }
  return { done: true };
}

/** Copy what stands there now. */
function* copyOne(m: Machine, place: CopyPlace): Step<void> {
  const { srcVma, srcPte } = place;
  const pte = yield* m.pte.ptepGet(srcPte);
  if (m.v.ptePresent(pte)) yield* copyPresentPte(m, place, pte);
  else if (!m.v.pteNone(pte)) yield* m.k.copyNonpresentPte(place.dstVma, srcVma, place.dstPte, srcPte, pte);
}
