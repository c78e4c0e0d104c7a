import { ptepOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine, World } from '@racewalk/machine';
import { type CopyProgress, deviceExclusiveEntry } from '@racewalk/mm';

/** Give back the page that was locked on the way; `srcVma` is the parent's area. */
function* releaseLockedPage(m: Machine, _srcVma: Vma, page: Frame): Step<void> {
  yield* m.k.unlockPage(page);
  yield* m.k.putPage(page);
}

/**
 * Copy the entry of an area of one page, in the form of v8: if the page is busy, drop the page-table locks, lock the
 * page, and look at the entry again. By then it may be anything. What was merged fails instead
 * (`copyPteRange` of mm). @kernel copy_pte_range (v8, with `locked_page`)
 */
function* copyPteRangeLockedPage(m: Machine, dstVma: Vma, srcVma: Vma): Step<0> {
  let locked: Frame | null = null;
  for (;;) {
    yield* m.pteOffsetMapLock(dstVma.table);
    yield* m.pteOffsetMapLock(srcVma.table);
    const busy: Frame | null = yield* restoreOne(m, srcVma, locked);
    // As posted: released before the entry is copied, under both page-table locks. Neither sleeps.
    if (locked !== null) yield* m.k.releaseLockedPage(srcVma, locked);
    if (busy === null) yield* copyOne(m, dstVma, srcVma);
    else yield* m.k.getPage(busy);
    yield* m.pteUnmapUnlock(srcVma.table);
    yield* m.pteUnmapUnlock(dstVma.table);
    if (busy === null) return 0;
    locked = busy;
    yield* m.k.lockPage(locked);
  }
}

/** One look at the entry; `locked` is a page this fork has locked before. The page that is busy, or null. */
function* restoreOne(m: Machine, srcVma: Vma, locked: Frame | null): Step<Frame | null> {
  const srcPte = ptepOf(srcVma, srcVma.start);
  const pte = yield* m.pte.ptepGet(srcPte);
  const entry = deviceExclusiveEntry(m, pte);
  if (entry === null) return null;
  const page = m.k.pfnSwapEntryToPage(entry);
  if (page !== locked && !(yield* m.k.trylockPage(page))) return page;
  yield* m.k.restoreExclusivePte(srcVma, page, srcPte, pte);
  if (page !== locked) yield* m.k.unlockPage(page);
  return null;
}

/** Copy what stands there now. */
function* copyOne(m: Machine, dstVma: Vma, srcVma: Vma): Step<void> {
  const [dstPte, srcPte] = [ptepOf(dstVma, dstVma.start), ptepOf(srcVma, srcVma.start)];
  const pte = yield* m.pte.ptepGet(srcPte);
  const progress: CopyProgress = { anonPages: 0, prealloc: null };
  if (m.v.ptePresent(pte)) yield* m.k.copyPresentPtes(dstVma, srcVma, dstPte, srcPte, pte, 1, progress);
  else if (!m.v.pteNone(pte)) yield* m.k.copyNonpresentPte(dstVma, srcVma, dstPte, srcPte, pte);
  yield* m.k.addMmRssVec(dstVma, progress.anonPages);
}

const LOCKED_PAGE = { releaseLockedPage } as const;

type LockedPageFunctions = typeof LOCKED_PAGE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends LockedPageFunctions {}
}

/** In this world fork copies in the form of v8. */
export function forksAsInV8({ binder }: World): void {
  binder.add(LOCKED_PAGE);
  binder.replace({ copyPteRange: copyPteRangeLockedPage });
}
