/** Small pages are copied into a huge one, which takes the place of their table. (mm/khugepaged.c, Linux 6.12) */
import { addrOf, PAGE_SIZE, type Ptep, type PteWord, ptepAdd, type Vma } from '@racewalk/core';
import { type AtomicBody, atomic, type Step } from '@racewalk/core/step';
import { copyOut, type Frame, type Machine, type NotifierRange } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';

/**
 * Collapse the area, whose entry leads to a table; `folio` is the new huge page. True if it was done. Faults are kept out
 * by the mmap lock, walks of the reverse map by the lock of the anon_vma, where the race follows those. Code that walks
 * without a lock goes on; it is kept out by the empty entry. @kernel collapse_huge_page
 */
export function* collapseHugePage(m: Machine, vma: Vma, pmdp: Ptep, folio: Folio): Step<boolean> {
  const { mm, start, end } = vma;
  const addr = addrOf(start);
  const range: NotifierRange = { event: 'clear', mm, start, end };
  yield* m.k.mmapWriteLock(mm);
  const listed = yield* m.k.vmaHasAnonVma(vma);
  if (listed) yield* m.k.anonVmaLockWrite();
  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  yield* m.k.pmdLock(pmdp);
  // No translation of the table's pages is left, so that no TLB has two sizes for one address.
  const old = yield* m.pmd.pmdpCollapseFlush(vma, addr, pmdp);
  yield* m.unlock(pmdp.table.ptl);
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  yield* m.k.tlbRemoveTableSyncOne();

  const done = yield* isolate(m, old, folio);
  if (!done) {
    // Only `pmd_populate` leads to a table again.
    yield* m.k.pmdLock(pmdp);
    yield* m.pmd.setPmdAt(mm, addr, pmdp, old);
    yield* m.unlock(pmdp.table.ptl);
  }
  // Every page is isolated: no walk of the reverse map comes to it any more.
  if (listed) yield* m.k.anonVmaUnlockWrite();
  if (done) yield* copies(m, vma, pmdp, old, folio);
  yield* m.k.mmapWriteUnlock(mm);
  return done;
}

function* isolate(m: Machine, old: PteWord, folio: Folio): Step<boolean> {
  const table = m.k.pmdPgtable(old);
  const pte = table?.table.entries[0];
  if (table === null || pte === undefined) return false;
  yield* m.pteOffsetMapLock(table.table);
  const isolated = yield* m.k.__collapseHugePageIsolate(pte, folio.frames.length);
  yield* m.pteUnmapUnlock(table.table);
  return isolated;
}

function* copies(m: Machine, vma: Vma, pmdp: Ptep, old: PteWord, folio: Folio): Step<void> {
  const table = m.k.pmdPgtable(old);
  const pte = table?.table.entries[0];
  const huge = folio.frames[0];
  if (table === null || pte === undefined || huge === undefined) return;
  yield* m.k.__collapseHugePageCopy(vma, pte, folio);
  yield* m.k.smpWmb();
  yield* m.k.pmdLock(pmdp);
  yield* m.k.folioAddRmapPmd(folio);
  yield* m.k.pgtableTransHugeDeposit(pmdp, table);
  yield* m.pmd.setPmdAt(vma.mm, addrOf(vma.start), pmdp, m.k.mkHugePmd(huge, vma));
  yield* m.k.updateMmuCache(vma, addrOf(vma.start));
  yield* m.unlock(pmdp.table.ptl);
}

/** Whether every page is held by its mapping alone, so that nobody goes on using it. @kernel __collapse_huge_page_isolate */
export function* __collapseHugePageIsolate(m: Machine, pte: Ptep, nr: number): Step<boolean> {
  for (let i = 0; i < nr; i++) {
    const pteval = yield* m.pte.ptepGet(ptepAdd(pte, i));
    if (m.v.pteNone(pteval)) continue;
    const page = m.v.ptePresent(pteval) ? m.world.frames.at(m.v.ptePfn(pteval)) : undefined;
    if (page === undefined) return false;
    // A reference beyond the mappings is somebody's who has found the page without a lock, or a pin.
    const mapped = yield* m.k.folioMapcount(page.folio);
    if ((yield* m.k.folioRefCount(page.folio)) !== mapped) return false;
  }
  return true;
}

/** Copy what the pages hold, then give them up. @kernel __collapse_huge_page_copy */
export function* __collapseHugePageCopy(m: Machine, vma: Vma, pte: Ptep, folio: Folio): Step<void> {
  for (const [i, to] of folio.frames.entries()) {
    const pteval = yield* m.pte.ptepGet(ptepAdd(pte, i));
    const from = m.v.ptePresent(pteval) ? m.world.frames.at(m.v.ptePfn(pteval)) : undefined;
    if (from !== undefined) yield* copyPage(from, to);
  }
  for (const i of folio.frames.keys()) {
    const ptep = ptepAdd(pte, i);
    const pteval = yield* m.pte.ptepGet(ptep);
    const page = m.v.ptePresent(pteval) ? m.world.frames.at(m.v.ptePfn(pteval)) : undefined;
    if (page === undefined) continue;
    yield* m.pteOffsetMapLock(ptep.table);
    yield* m.pte.pteClear(vma.mm, addrOf(vma.start) + i * PAGE_SIZE, ptep);
    yield* m.k.folioRemoveRmapPte(page);
    yield* m.pteUnmapUnlock(ptep.table);
    yield* m.k.folioPut(page);
  }
}

/** What one page holds is in the other one. @kernel copy_mc_user_highpage */
function* copyPage(from: Frame, to: Frame): Step<void> {
  const held = yield* copyOut(from);
  if (to.data < 0) return;
  const { data } = to;
  const run: AtomicBody = (mem, base) => {
    mem[base + data] = held;
    return 0;
  };
  yield* atomic([data], run, { text: `copy ${from.name} to ${to.name}`, does: 'copy' });
}

/** Functions that others call by name. */
export const COLLAPSE = { collapseHugePage, __collapseHugePageIsolate, __collapseHugePageCopy } as const;

type CollapseFunctions = typeof COLLAPSE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends CollapseFunctions {}
}
