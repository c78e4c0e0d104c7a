/** What the soft-dirty tests start from: one page of a process that somebody else keeps a copy of. */

import { pteById, type Vma } from '@racewalk/core';
import { FrameFlag, type StepView, type World } from '@racewalk/machine';
import { type Folio, linux } from '@racewalk/mm';

/** The page, and the area that maps it. */
export interface Tracked {
  readonly vma: Vma;
  readonly folio: Folio;
}

/** Map one page: soft-dirty and writable, or neither, as `clear_refs` leaves it. */
export function makeTracked(w: World, softDirty: boolean): Tracked {
  const vma = w.vma({ pages: 1 });
  const folio = linux(w).folio({ pages: 1, contents: [0] });
  linux(w).mapFolio(vma, folio, { young: true, write: softDirty });
  const ptep = vma.table.entries[0]!;
  const pte = pteById(w.cells.cells[ptep.cell]?.initial ?? 0);
  if (softDirty) w.setInitial(ptep, w.arch.values.pteMksoftDirty(pte));
  return { vma, folio };
}

/** The first page of the folio. */
export const pageOf = (s: Tracked) => s.folio.frames[0]!;

/** Whether the entry says soft-dirty at the end. */
export function endsSoftDirty(w: World, s: Tracked, view: StepView): boolean {
  return w.arch.values.pteSoftDirty(w.entryIn((cell) => view.get(cell), s.vma.table.entries[0]!));
}

/** Whether the page was stored to since it was last copied. */
export const endsWritten = (s: Tracked, view: StepView): boolean =>
  (view.get(pageOf(s).cell) & FrameFlag.WRITTEN) !== 0;
