/** Replacing what stands behind an address while somebody else works on it. */

import { ptepOf } from '@racewalk/core';
import { read } from '@racewalk/core/step';
import type { AgentSpec, Frame, Patch, World } from '@racewalk/machine';
import { followIndex, sparePages } from '@racewalk/mm';
import { type Setup, setup, sparePage } from '../setup.js';

/** CPU of the driver, which faults in a page where there is none. */
const DRIVER_CPU = 8;

/** A page that may move to the next address, and a spare one to fault in where it was. */
export interface Moving extends Setup {
  readonly spare: Frame;
}

/** The page is at the start of an area of two pages; its reverse map knows where it is. */
export function movingSetup(w: World): Moving {
  const s = setup(w, { has: 'process', pages: 2 });
  const index = followIndex(w, s.page.folio);
  const spare = sparePage(w);
  sparePages(w, DRIVER_CPU, [spare.folio]);
  return {
    ...s,
    spare,
    *rmap(page) {
      if (page === spare) return [s.place];
      return [{ vma: s.vma, address: s.vma.start + (yield* read(index, { op: 'page_address_in_vma' })) }];
    },
  };
}

/** Move the page to the next address of the same process, if nobody has it locked. (UFFDIO_MOVE, Linux 6.8) */
export const uffdioMove: AgentSpec<Moving> = {
  cpu: 0,
  role: 'kernel',
  note: 'UFFDIO_MOVE',
  *run(m, { vma, ptep, page }) {
    const there = ptepOf(vma, vma.start + 1);
    yield* m.k.movePagesPte({ vma, ptep: there }, { vma, ptep }, page.folio);
  },
};

/** The address is empty once the page has moved: the fault reads the entry without the lock first, and then maps the spare page. */
export const FAULTS_IN: Patch = {
  *faultinPage(m, vma, address) {
    const ptep = ptepOf(vma, address);
    const origPte = yield* m.pte.ptepGetLockless(ptep);
    return (yield* m.k.handlePteFault({ vma, ptep, access: 'store', origPte })) >= 0;
  },
};
