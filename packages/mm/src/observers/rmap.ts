import type { Ptep, PteWord } from '@racewalk/core';
import type { FaultSink } from '@racewalk/core/step';
import { mapsFrame, type ObserverOf, type StepView, type World } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';

/** Whether an entry of any level maps pages of the folio. */
export function mapsFolio(w: World, s: StepView, ptep: Ptep, folio: Folio): boolean {
  const pte = w.entryIn((cell) => s.get(cell), ptep);
  return folio.frames.some(({ pfn }) => mapsFrame(w, ptep, pte, pfn));
}

/** How many entries map pages of the folio. Entries of a table that no walk reaches any more do not count. */
export function mappingsOf(w: World, s: StepView, folio: Folio): number {
  const { pmd: p } = w.arch;
  const get = (cell: number) => s.get(cell);
  let count = 0;
  for (const table of w.tables) {
    const upper = w.pmds.of(table);
    const pmds = upper === undefined ? [] : w.pmds.slotsFor(upper).map((slot) => w.entryIn(get, slot.pmdp));
    const led = (pmd: PteWord) => (upper?.follows === true ? w.pmds.ledBy(pmd) === upper : !p.pmdBad(pmd));
    if (upper !== undefined && !pmds.some(led)) continue;
    for (const ptep of table.entries) if (mapsFolio(w, s, ptep, folio)) count++;
  }
  for (const slot of w.pmds.slots) if (slot.follows && mapsFolio(w, s, slot.pmdp, folio)) count++;
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
