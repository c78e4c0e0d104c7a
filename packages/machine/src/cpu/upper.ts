/**
 * One level above the leaf tables: which table a walk finds, the walk caches that remember it, and
 * tables that are freed. Software changes the entries of that level by `m.pmd.*`.
 */

import { type PageTable, type PteWord, pteById } from '@racewalk/core';
import { type AtomicBody, atomic, choose, type Step, type Word } from '@racewalk/core/step';
import { describeEntry } from '../entries/leaf-walk.js';
import { MemoryView } from '../observers/view.js';
import type { Machine } from '../world/types.js';
import type { Ptdesc } from '../world/upper.js';

/** An agent is about to read or write the table; observers check that it has not been freed. */
export function* reachTable(m: Machine, table: PageTable, who: string): Step<void> {
  const ptdesc = m.world.pmds.of(table);
  const watching = m.world.observers.filter((o) => o.tableReached !== undefined);
  if (ptdesc === undefined || watching.length === 0) return;
  const view = new MemoryView();
  const run: AtomicBody = (mem, base, faults) => {
    for (const o of watching) o.tableReached?.(view.at(mem, base), ptdesc, who, faults);
    return 0;
  };
  yield* atomic(
    [ptdesc.freed],
    run,
    { text: `${who} reaches table ${table.name}`, does: 'observe' },
    { locked: false },
  );
}

/** Return a table to the allocator. Observers check that no agent can still reach it. @kernel pte_free */
export function* freeTable(m: Machine, ptdesc: Ptdesc): Step<void> {
  const { world } = m;
  const view = new MemoryView();
  const run: AtomicBody = (mem, base, faults) => {
    view.at(mem, base);
    view.set(ptdesc.freed, 1);
    for (const o of world.observers) o.tableFreed?.(view, ptdesc, faults);
    return 0;
  };
  const note = {
    label: `free table ${ptdesc.table.name}`,
    op: 'pte_free',
    does: 'free',
    on: [ptdesc.freed],
  } as const;
  yield* atomic([ptdesc.freed, ...ptdesc.walkCaches.values()], run, note);
}

/** Result of a step that found the walk cache ahead of the entry; no entry has this id. */
const EITHER = -1;

/**
 * The hardware walk of the upper level: from the walk cache, or by a read of the entry, which fills the walk
 * cache if it leads to a table. Returns the entry, or null where the walk cache has led to the table. Where both lead
 * there it makes no difference. Software that walks (no `walkCaches`) remembers the way for one walk only.
 */
export function* walkUpper(m: Machine, ptdesc: Ptdesc): Step<PteWord | null> {
  const { world } = m;
  const { pmdp } = ptdesc;
  const cache = ptdesc.walkCaches.get(m.cpu) ?? -1;
  const view = new MemoryView();
  const cells = [pmdp.cell, pmdp.high, cache].filter((c) => c >= 0);
  const on = cells.filter((c) => c !== cache);
  const show = (o: { readonly result: number }) =>
    o.result === EITHER
      ? '→ the walk cache may answer'
      : `→ ${describeEntry(m.arch, 'pmd', pteById(o.result))}`;
  const step = (remembers: boolean): Step<Word> => {
    const run: AtomicBody = (mem, base) => {
      view.at(mem, base);
      const pmd = world.entryIn((cell) => view.get(cell), pmdp);
      const bad = m.p.pmdBad(pmd);
      if (remembers && bad && view.get(cache) !== 0) return EITHER;
      if (cache >= 0) view.set(cache, bad ? 0 : 1);
      return pmd.id;
    };
    const note = { text: `walk ${pmdp.name}`, does: 'walk', on } as const;
    return atomic(cells, run, note, { locked: false, show });
  };
  let found = yield* step(cache >= 0 && world.does('walkCaches'));
  if (found === EITHER) {
    const shows = (o: { readonly result: number }) => (o.result === 0 ? '→ hit' : '→ walk');
    if ((yield* choose(2, 'walk cache hit or walk', shows)) === 0) return null;
    found = yield* step(false);
  }
  return pteById(found);
}
