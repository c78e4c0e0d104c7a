/** Whether a plug-in's `ptep_set_access_flags` flushes where the generic one does not. */

import { type ArchPlugin, addrOf } from '@racewalk/core';
import { Machine } from '../agent/machine.js';
import { entriesOf } from '../entries/halves.js';
import { initialMemory, runAlone } from '../lab/alone.js';
import { World } from '../world/world.js';

/** Runs the operation once, alone; returns whether the TLB of another CPU still has its translation. */
function flushed(arch: ArchPlugin, change: boolean, dirty: boolean): boolean {
  const w = new World(arch, {}, [1], []);
  const vma = w.vma({ pages: 1 });
  w.mapFrames(vma, w.frames.add({ pages: 1 }), { write: !change, young: true, dirty: !change });
  const [ptep] = vma.table.entries;
  if (ptep === undefined) return false;
  const m = new Machine(w, 0, entriesOf(w));
  const { v } = m;
  const tlb = w.tlbs.word(1, vma.mm, vma.start);
  const memory = initialMemory(w.cells.cells);
  memory[tlb] = v.pfnPte(0x40, v.mkProt({ read: true, write: false })).id;
  const run = runAlone(
    w.cells.cells,
    function* () {
      const pte = yield* m.pte.ptepGet(ptep);
      const entry = change ? v.pteMkwrite(v.pteMkdirty(pte)) : pte;
      yield* m.pte.ptepSetAccessFlags(vma, addrOf(vma.start), ptep, entry, dirty);
    },
    { memory },
  );
  return run.memory[tlb] === 0;
}

/** In words, or null: when `ptep_set_access_flags` invalidates although it need not. */
export function flushesAnyway(arch: ArchPlugin): string | null {
  try {
    if (flushed(arch, false, true)) return 'ptep_set_access_flags invalidates even if nothing changed';
    if (flushed(arch, true, false)) return 'ptep_set_access_flags invalidates even if no store waits';
  } catch {
    // A body that throws is found by the laws and the races, which say where.
  }
  return null;
}
