import { blockOf } from '@racewalk/core';
import type { Cell, FaultSink } from '@racewalk/core/step';
import { isLate } from '../cpu/late-dirty.js';
import { type Frame, FrameFlag } from '../world/frames.js';
import { cellsOf, tablesOf } from '../world/table-words.js';
import type { ObserverOf, World } from '../world/types.js';
import type { StepView } from './observer.js';
import { mapsFrame } from './translations.js';

/**
 * DIRTY: where a mapping of a frame is given up, and at the end, every store to the frame is remembered:
 * by an entry that maps the frame, or by what is registered as a `DirtyRecord` (page flags, a bitmap). In a
 * contiguous block the hardware may record a store in any entry, so there the whole
 * block speaks for each of its pages.
 */
export const dirty: ObserverOf = (w) => ({
  code: 'DIRTY',
  idle: () => (w.frames.all.length === 0 ? 'there is no frame' : null),
  use(s, event) {
    if (event.access !== 'store') return;
    const { cell } = event.frame;
    s.set(cell, s.get(cell) | FrameFlag.WRITTEN);
  },
  secondaryUse(s, { access, frame }) {
    if (access === 'store') s.set(frame.cell, s.get(frame.cell) | FrameFlag.WRITTEN);
  },
  unmappedCells: (frame) => [
    frame.cell,
    ...w.dirtyRecords.flatMap((r) => r.cellsFor(frame)),
    ...entryCells(w),
  ],
  unmapped: (s, frame, faults) => forgotten(w, s, frame, faults),
  end(s, faults) {
    for (const frame of w.frames.all) if (!awaited(w, s, frame)) forgotten(w, s, frame, faults);
  },
});

/** Fail if the frame was written and nothing remembers it. */
function forgotten(w: World, s: StepView, frame: Frame, faults: FaultSink): void {
  if ((s.get(frame.cell) & FrameFlag.WRITTEN) === 0 || mappedDirty(w, s, frame)) return;
  if (w.dirtyRecords.some((r) => r.knows(s, frame))) return;
  faults.fail('DIRTY', `a store reached ${frame.name} and nothing remembers it`);
}

/** Whether a TLB that writes dirty back late still has a record of a store to the frame. */
function awaited(w: World, s: StepView, frame: Frame): boolean {
  if (w.walker.late === undefined) return false;
  const get = (cell: Cell) => s.get(cell);
  return w.vmas.some((vma) =>
    vma.table.entries.some((ptep) => {
      const inside = ptep.vpn >= vma.start && ptep.vpn < vma.end;
      const pte = w.entryIn(get, ptep);
      const maps = w.arch.values.ptePresent(pte) && w.arch.values.ptePfn(pte) === frame.pfn;
      return inside && maps && isLate(w, get, vma, ptep.vpn);
    }),
  );
}

/** The words of all entries. */
function entryCells(w: World): Cell[] {
  return tablesOf(w).flatMap((t) => t.entries.flatMap(cellsOf));
}

/** Whether an entry that maps the frame, or another entry of its contiguous block, is dirty. */
function mappedDirty(w: World, s: StepView, frame: Frame): boolean {
  const v = w.arch.values;
  const read = (cell: number) => s.get(cell);
  for (const table of tablesOf(w)) {
    for (const ptep of table.entries) {
      const pte = w.entryIn(read, ptep);
      if (!mapsFrame(w, ptep, pte, frame.pfn)) continue;
      const block = v.pteCont(pte) ? blockOf(ptep, w.contPtes) : [ptep];
      for (const other of block) {
        const sibling = w.entryIn(read, other);
        if (v.ptePresent(sibling) && v.pteDirty(sibling)) return true;
      }
    }
  }
  return false;
}
