/** Replacing what stands behind an address while somebody else works on it. */

import { addrOf, type NotifierRange, ptepOf } from '@racewalk/core';
import { type Cell, read, type Step, write } from '@racewalk/core/step';
import type { AgentSpec, Frame, Machine, Patch, World } from '@racewalk/machine';
import { sparePages } from '@racewalk/mm';
import { type Setup, setup, sparePage } from '../setup.js';

/** CPU of the driver, which faults in a page where there is none. */
const DRIVER_CPU = 8;

/** A page that may move to the next address, and a spare one to fault in where it was. */
export interface Moving extends Setup {
  /** Which page of the area the page is at. @kernel page->index */
  readonly index: Cell;
  readonly spare: Frame;
}

/** The page is at the start of an area of two pages; its reverse map knows where it is. */
export function movingSetup(w: World): Moving {
  const s = setup(w, { has: 'process', pages: 2 });
  const index = w.word('page.index');
  const spare = sparePage(w);
  sparePages(w, DRIVER_CPU, [spare.folio]);
  return {
    ...s,
    index,
    spare,
    *rmap(page) {
      if (page === spare) return [s.place];
      return [{ vma: s.vma, address: s.vma.start + (yield* read(index, { op: 'page_address_in_vma' })) }];
    },
  };
}

/**
 * Move the page to the next address of the same process. Takes the lock of the page, as everything does
 * that relies on where a page is. @kernel move_present_pte (userfaultfd UFFDIO_MOVE, Linux 6.8)
 */
export const uffdioMove: AgentSpec<Moving> = {
  cpu: 0,
  role: 'kernel',
  note: 'UFFDIO_MOVE',
  *run(m, s) {
    const { vma, page } = s;
    if (!(yield* m.k.trylockPage(page))) return;
    const range: NotifierRange = { event: 'clear', mm: vma.mm, start: vma.start, end: vma.start + 1 };
    yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
    yield* m.pteOffsetMapLock(vma.table);
    yield* moveEntry(m, s);
    yield* m.pteUnmapUnlock(vma.table);
    yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
    yield* m.k.unlockPage(page);
  },
};

function* moveEntry(m: Machine, { vma, ptep, index }: Moving): Step<void> {
  const pte = yield* m.pte.ptepGet(ptep);
  if (!m.v.ptePresent(pte)) return;
  const old = yield* m.pte.ptepClearFlush(vma, addrOf(vma.start), ptep);
  const there = ptepOf(vma, vma.start + 1);
  yield* m.pte.setPteAt(vma.mm, addrOf(there.vpn), there, old);
  yield* write(index, 1, 'page->index');
}

/** The address is empty once the page has moved: the fault reads the entry without the lock first, and then maps the spare page. */
export const FAULTS_IN: Patch = {
  *faultinPage(m, vma, address) {
    const ptep = ptepOf(vma, address);
    const origPte = yield* m.pte.ptepGetLockless(ptep);
    return (yield* m.k.handlePteFault({ vma, ptep, access: 'store', origPte })) >= 0;
  },
};
