import type { Frame } from '../machine/frames.js';
import { FolioFlag, FrameFlag } from '../machine/frames.js';
import { blockOf } from '../machine/tables.js';
import type { World } from '../machine/world.js';
import type { Observer, StepView } from './observer.js';

/**
 * DIRTY: at the end every store to a frame is remembered: by the page or folio flag, or by an entry that
 * maps the frame. In a contiguous block the hardware may record a store in any entry, so there the
 * whole block speaks for each of its pages.
 */
export const dirty: Observer = {
  code: 'DIRTY',
  use(_w, s, event) {
    if (event.access !== 'store') return;
    const { cell } = event.frame;
    s.set(cell, s.get(cell) | FrameFlag.WRITTEN);
  },
  end(w, s, faults) {
    for (const folio of w.frames.folios) {
      const folioDirty = (s.get(folio.flags) & FolioFlag.DIRTY) !== 0;
      for (const frame of folio.frames) {
        const flags = s.get(frame.cell);
        if ((flags & FrameFlag.WRITTEN) === 0 || (flags & FrameFlag.DIRTY) !== 0 || folioDirty) continue;
        if (mappedDirty(w, s, frame)) continue;
        faults.fail('DIRTY', `a store reached ${frame.name} and nothing remembers it`);
      }
    }
  },
};

/** Whether an entry that maps the frame, or another entry of its contiguous block, is dirty. */
function mappedDirty(w: World, s: StepView, frame: Frame): boolean {
  const v = w.arch.values;
  const read = (cell: number) => s.get(cell);
  for (const table of w.tables) {
    for (const ptep of table.entries) {
      const pte = w.entryIn(read, ptep);
      if (!v.ptePresent(pte) || v.ptePfn(pte) !== frame.pfn) continue;
      const block = v.pteCont(pte) ? blockOf(ptep, w.contPtes) : [ptep];
      for (const other of block) {
        const sibling = w.entryIn(read, other);
        if (v.ptePresent(sibling) && v.pteDirty(sibling)) return true;
      }
    }
  }
  return false;
}
