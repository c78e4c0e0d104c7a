/** What a thread stored, and what its page holds when all is over. */
import { PTE_ZERO, type Ptep } from '@racewalk/core';
import { type Cell, type FaultSink, type Step, write } from '@racewalk/core/step';
import type { Frame, StepView, World } from '@racewalk/machine';

/** The value that is stored; pages start with others. */
export const STORED = 7;

/** A word that says whether a thread has stored. */
export const storedWord = (w: World): Cell => w.word('stored');

/** The thread has stored. */
export function* hasStored(cell: Cell): Step<void> {
  yield* write(cell, 1, 'has stored');
}

/** The page that an entry maps at the end, or undefined. */
export function pageAt(w: World, view: StepView, ptep: Ptep): Frame | undefined {
  const pte = w.entryIn((cell) => view.get(cell), ptep);
  return pte !== PTE_ZERO && w.arch.values.ptePresent(pte)
    ? w.frames.at(w.arch.values.ptePfn(pte))
    : undefined;
}

/** DIRTY if a store has been made, and the page that is mapped now does not hold it. */
export function holdsStored(w: World, view: StepView, faults: FaultSink, ptep: Ptep, stored: Cell): void {
  if (view.get(stored) === 0) return;
  const page = pageAt(w, view, ptep);
  if (page === undefined || view.get(page.data) === STORED) return;
  faults.fail(
    'DIRTY',
    `${STORED} was stored, and ${page.name}, which is mapped now, holds ${view.get(page.data)}`,
  );
}
