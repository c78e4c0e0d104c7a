import type { Ptep } from '@racewalk/core';
import { type AtomicBody, atomic, Order, read, type Step } from '@racewalk/core/step';
import { type Machine, MemoryView, type ObserverOf, type StepView, type World } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import { mapsFolio } from './rmap.js';

/**
 * MISS: a walk of the reverse map that has visited every area has stopped at every mapping that was there. The check is
 * made where the walk ends (see {@link watchWalk}); a race asks for it by naming the invariant.
 */
export const miss: ObserverOf = (w) => ({
  code: 'MISS',
  idle: () => (w.tables.length === 0 ? 'there is no page table' : null),
});

/** What a walk has done so far, for the check at its end. */
export interface WatchedWalk {
  readonly folio: Folio;
  readonly mapcount: number;
  /** Entries it stopped at. */
  readonly visited: Set<Ptep>;
}

/** The entries that map the folio and are not in `visited`. */
function missed(w: World, s: StepView, { folio, visited }: WatchedWalk): Ptep[] {
  return entriesOf(w).filter((ptep) => mapsFolio(w, s, ptep, folio) && !visited.has(ptep));
}

/** Entries of leaf tables, and those above that are followed. */
const entriesOf = (w: World): Ptep[] => [...w.tables, ...w.pmds.followed].flatMap((t) => t.entries);

/** A walk of the reverse map begins; null if nobody watches. */
export function* watchWalk(m: Machine, folio: Folio): Step<WatchedWalk | null> {
  if (!m.world.watches('MISS')) return null;
  const mapcount = yield* read(
    folio.mapcount,
    { text: `${folio.name} is walked`, does: 'observe' },
    null,
    Order.FULL,
  );
  return { folio, mapcount, visited: new Set() };
}

/**
 * The walk has visited every area. An entry that maps the folio and was not visited was missed, unless it is new: a new
 * mapping is counted before its entry is set, one that has moved is not.
 */
export function* endWatchedWalk(m: Machine, walk: WatchedWalk): Step<void> {
  const { world } = m;
  const { folio } = walk;
  const view = new MemoryView();
  const run: AtomicBody = (mem, base, faults) => {
    view.at(mem, base);
    const left = missed(world, view, walk);
    const fresh = Math.max(0, view.get(folio.mapcount) - walk.mapcount);
    if (left.length > fresh) {
      const names = left.map((ptep) => ptep.name).join(', ');
      faults.fail('MISS', `a walk went through every area of ${folio.name}, and ${names} maps it`);
    }
    return left.length;
  };
  const entries = entriesOf(world).flatMap((p) => [p.cell, p.high]);
  const cells = [folio.mapcount, ...entries].filter((cell) => cell >= 0);
  yield* atomic(cells, run, { text: `${folio.name} was walked`, does: 'observe' }, { locked: false });
}
