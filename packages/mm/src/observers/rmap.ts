import type { FaultSink } from '@racewalk/core/step';
import type { ObserverOf, StepView, World } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';

/** How many entries map pages of the folio. Entries of a table that no walk reaches any more do not count. */
export function mappingsOf(w: World, s: StepView, folio: Folio): number {
  const { values: v, pmd: p } = w.arch;
  const get = (cell: number) => s.get(cell);
  let count = 0;
  for (const table of w.tables) {
    const upper = w.pmds.of(table);
    if (upper !== undefined && p.pmdBad(w.entryIn(get, upper.pmdp))) continue;
    for (const ptep of table.entries) {
      const pte = w.entryIn(get, ptep);
      if (v.ptePresent(pte) && w.frames.at(v.ptePfn(pte))?.folio === folio) count++;
    }
  }
  return count;
}

/**
 * RMAP: when all is over, the map count of every folio is the number of entries that map it, and each of them holds a
 * reference. Others may hold references, too. That a map count falls below zero is found where it does.
 */
export const rmap: ObserverOf = (w) => ({
  code: 'RMAP',
  idle: () => ((w.os.linux?.folios.length ?? 0) === 0 ? 'there is no folio' : null),
  end(s: StepView, faults: FaultSink) {
    for (const folio of w.os.linux?.folios ?? []) {
      const mapped = mappingsOf(w, s, folio);
      const [mapcount, refcount] = [s.get(folio.mapcount), s.get(folio.refcount)];
      if (mapcount !== mapped) {
        faults.fail('RMAP', `${folio.name} is mapped ${mapped} times and its map count is ${mapcount}`);
      } else if (refcount < mapped) {
        faults.fail('RMAP', `${folio.name} is mapped ${mapped} times and has ${refcount} references`);
      }
    }
  },
});
