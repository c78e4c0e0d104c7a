/**
 * Moving a page to another address of the same process. (mm/userfaultfd.c, Linux 6.12)
 *
 * Left out: large and pinned folios, entries that are not present, the lock of the anon_vma, and the mmap lock, which all who
 * move pages take shared.
 */
import { addrOf, type Ptep, type Vma } from '@racewalk/core';
import { type Cell, type Step, write } from '@racewalk/core/step';
import type { Machine, NotifierRange, World } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import { EAGAIN } from '../mremap/move-ptes.js';

/** Which page of its area a folio is at, where a race follows that. */
interface IndexState {
  folioIndex?: Map<Folio, Cell>;
}

declare module '@racewalk/machine/kernel' {
  interface OsState extends IndexState {}
}

/** Follow `folio->index`, which starts with 0; called by `setup`. Returns the word. */
export function followIndex(w: World, folio: Folio): Cell {
  const index = w.word('page.index');
  w.os.folioIndex ??= new Map();
  w.os.folioIndex.set(folio, index);
  return index;
}

/** From here on the reverse map finds the folio at `index` of the area. @kernel folio_move_anon_rmap */
export function* folioMoveAnonRmap(m: Machine, folio: Folio, index: number): Step<void> {
  const cell = m.world.os.folioIndex?.get(folio);
  if (cell !== undefined) yield* write(cell, index, 'page->index');
}

/** An entry, and the area it belongs to. */
export interface PteOfVma {
  readonly vma: Vma;
  readonly ptep: Ptep;
}

/**
 * Move what `src` maps to `dst`, which is empty. The folio is locked: whoever relies on where it is has its lock.
 * `-EAGAIN` where `src` maps nothing any more. @kernel move_present_pte
 */
export function* movePresentPte(m: Machine, dst: PteOfVma, src: PteOfVma, folio: Folio): Step<number> {
  const [dstPtl, srcPtl] = [dst.vma.table.ptl, src.vma.table.ptl];
  yield* m.pteOffsetMapLock(src.vma.table);
  if (dstPtl !== srcPtl) yield* m.k.spinLockNested(dstPtl);
  const present = m.v.ptePresent(yield* m.pte.ptepGet(src.ptep));
  if (present) {
    const orig = yield* m.pte.ptepClearFlush(src.vma, addrOf(src.ptep.vpn), src.ptep);
    yield* m.k.folioMoveAnonRmap(folio, dst.ptep.vpn - dst.vma.start);
    // Dirty comes from what the exchange returned: up to then the hardware may set it.
    const plain = m.v.pfnPte(m.v.ptePfn(orig), m.v.mkProt(dst.vma.prot));
    const pte = m.v.pteMkwrite(m.v.pteDirty(orig) ? m.v.pteMkdirty(plain) : plain);
    yield* m.pte.setPteAt(dst.vma.mm, addrOf(dst.ptep.vpn), dst.ptep, pte);
  }
  if (dstPtl !== srcPtl) yield* m.k.spinUnlock(dstPtl);
  yield* m.pteUnmapUnlock(src.vma.table);
  return present ? 0 : -EAGAIN;
}

/** One page of the ioctl UFFDIO_MOVE; `-EAGAIN` where somebody else has the folio locked. @kernel move_pages_pte */
export function* movePagesPte(m: Machine, dst: PteOfVma, src: PteOfVma, folio: Folio): Step<number> {
  const [page] = folio.frames;
  if (page === undefined || !(yield* m.k.trylockPage(page))) return -EAGAIN;
  const { vpn } = src.ptep;
  const range: NotifierRange = { event: 'clear', mm: src.vma.mm, start: vpn, end: vpn + 1 };
  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  const err = yield* m.k.movePresentPte(dst, src, folio);
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  yield* m.k.unlockPage(page);
  return err;
}

/** Functions that others call by name. */
export const MOVE_PAGES = { folioMoveAnonRmap, movePresentPte, movePagesPte } as const;

type MovePagesFunctions = typeof MOVE_PAGES;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends MovePagesFunctions {}
}
