/**
 * One level above the leaf tables: which table a walk finds, the walk caches that remember it, and
 * tables that are freed. Software changes the entries of that level by `m.pmd.*`.
 */

import { type Mm, type PageTable, type PteWord, pteById, RacewalkError } from '@racewalk/core';
import {
  type AtomicBody,
  atomic,
  type Cell,
  choose,
  Order,
  read,
  type Step,
  type Word,
} from '@racewalk/core/step';
import { describeEntry } from '../entries/leaf-walk.js';
import { MemoryView } from '../observers/view.js';
import type { Runs } from '../world/spaces.js';
import type { Machine } from '../world/types.js';
import type { Ptdesc } from '../world/upper.js';
import { hits } from './hit-or-walk.js';

/**
 * An agent is about to read or write the table; observers check that it has not been freed, and, if it walks for an address space,
 * that the table has not become another one's.
 */
export function* reachTable(m: Machine, table: PageTable, who: string, mm?: Mm): Step<void> {
  const ptdesc = m.world.pmds.of(table);
  const watching = m.world.observers.filter((o) => o.tableReached !== undefined);
  if (ptdesc === undefined || watching.length === 0) return;
  const view = new MemoryView();
  const run: AtomicBody = (mem, base, faults) => {
    for (const o of watching) o.tableReached?.(view.at(mem, base), ptdesc, who, faults, mm);
    return 0;
  };
  yield* atomic(
    mm === undefined ? [ptdesc.freed] : m.world.pmds.lifeOf(ptdesc),
    run,
    { text: `${who} reaches table ${table.name}`, does: 'observe' },
    { locked: false },
  );
}

/** Software has a table in use from here on, with or without its lock; to free it now is an error. See {@link leaveTable}. */
export function* enterTable(m: Machine, table: Ptdesc): Step<void> {
  yield* useTable(m, table, 1, 'is in');
}

/** It has done with it. */
export function* leaveTable(m: Machine, table: Ptdesc): Step<void> {
  yield* useTable(m, table, -1, 'leaves');
}

function* useTable(m: Machine, ptdesc: Ptdesc, delta: number, verb: string): Step<void> {
  const { users, freed, table } = ptdesc;
  const watching = m.world.observers.filter((o) => o.tableReached !== undefined);
  if (users < 0 || watching.length === 0) return;
  const view = new MemoryView();
  const run: AtomicBody = (mem, base, faults) => {
    view.at(mem, base);
    for (const o of watching) o.tableReached?.(view, ptdesc, m.agent, faults);
    view.set(users, view.get(users) + delta);
    return 0;
  };
  const text = `${m.agent} ${verb} table ${table.name}`;
  yield* atomic([freed, users], run, { text, does: 'observe' }, { locked: false });
}

/**
 * A shared table is that of one address space from here on, which puts there what it likes. To walk in it for another one is
 * PTUAF: it finds entries that never were that one's.
 */
export function* takeOverTable(m: Machine, ptdesc: Ptdesc, mm: Mm): Step<void> {
  const cell = m.world.pmds.belongs(ptdesc);
  if (cell < 0) {
    throw new RacewalkError('RACEWALK_BAD_SCENARIO', `${ptdesc.table.name} is shared by nobody`, {
      expected: 'an area made with `leads` set to this table',
    });
  }
  const owner = m.world.mms.indexOf(mm) + 1;
  const run: AtomicBody = (mem, base) => {
    mem[base + cell] = owner;
    return 0;
  };
  const text = `table ${ptdesc.table.name} is that of ${mm.name} from here on`;
  yield* atomic([cell], run, { text, does: 'observe' }, { locked: false });
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
  const { pmds } = world;
  const caches = pmds.slotsFor(ptdesc).flatMap((slot) => [...slot.walkCaches.values()]);
  const looks = world.observers.flatMap((o) => o.tableFreeCells?.(ptdesc) ?? []);
  const note = {
    label: `free table ${ptdesc.table.name}`,
    op: 'pte_free',
    does: 'free',
    on: [ptdesc.freed],
  } as const;
  yield* atomic(
    [...new Set([ptdesc.freed, ptdesc.users, ...caches, ...looks, ...world.spaces.roots()])].filter(
      (c) => c >= 0,
    ),
    run,
    note,
  );
}

/**
 * A walk is no locked instruction. What comes after it waits until it is known not to fault; later loads do, too, which
 * matters only behind a fault.
 */
export const HARDWARE_WALK = { locked: false, order: Order.ACQUIRE } as const;

/** Result of a step that found the walk cache ahead of the entry; no entry has this id. */
const EITHER = -1;

/**
 * The hardware walk of the upper level: from the walk cache, or by a read of the entry, which fills the walk
 * cache if it leads to a table. Returns that table, or the entry where it leads to none. Where both lead
 * there it makes no difference. Software that walks (no `walkCaches`) remembers the way for one walk only. Without `mayHit`
 * the walk cache is not asked.
 */
export function* walkUpper(m: Machine, slot: Ptdesc, when: Runs, mayHit = true): Step<Ptdesc | PteWord> {
  const { world } = m;
  const { pmds } = world;
  const { pmdp, follows } = slot;
  const cache = slot.walkCaches.get(m.cpu) ?? -1;
  const view = new MemoryView();
  const { guard } = when;
  const cells = [pmdp.cell, pmdp.high, cache, guard].filter((c) => c >= 0);
  const on = cells.filter((c) => c !== cache && c !== guard);
  const ledBy = (pmd: PteWord): Ptdesc | undefined => {
    if (m.p.pmdBad(pmd)) return undefined;
    return follows ? pmds.ledBy(pmd) : slot;
  };
  const show = (o: { readonly result: number }) =>
    o.result === EITHER
      ? '→ the walk cache may answer'
      : `→ ${describeEntry(m.arch, 'pmd', pteById(o.result))}`;
  const step = (remembers: boolean): Step<Word> => {
    const run: AtomicBody = (mem, base) => {
      view.at(mem, base);
      const pmd = world.entryIn((cell) => view.get(cell), pmdp);
      const led = ledBy(pmd);
      const bit = led === undefined ? 0 : world.tlbs.bit(view, m.cpu, pmds.bit(slot, led));
      // What it has under other tags is not asked, and stays.
      const mask = world.tlbs.bit(view, m.cpu, -1);
      const held = cache < 0 ? 0 : view.get(cache);
      if (remembers && (held & mask & ~bit) !== 0) return EITHER;
      // A walk cache may keep what it has of other tables besides.
      if (cache >= 0) view.set(cache, bit === 0 ? held & ~mask : held | bit);
      return pmd.id;
    };
    const note = { text: `walk ${pmdp.name}`, does: 'walk', on } as const;
    return atomic(cells, run, note, { ...when, ...HARDWARE_WALK, show });
  };
  let found = yield* step(mayHit && cache >= 0 && world.does('walkCaches'));
  if (found === EITHER) {
    if (yield* hits('walk cache')) return follows ? yield* hit(m, slot, cache, when) : slot;
    found = yield* step(false);
  }
  const pmd = pteById(found);
  return ledBy(pmd) ?? pmd;
}

/** The walk cache answers, with one of the tables it has; an empty entry where it has none any more. */
function* hit(m: Machine, slot: Ptdesc, cache: Cell, when: Runs): Step<Ptdesc | PteWord> {
  const { pmds } = m.world;
  const word = yield* read(cache, { text: `walk cache of ${slot.pmdp.name}`, does: 'look-up' });
  const tables = pmds.cached(slot, word);
  // It was emptied meanwhile: the walk begins anew.
  if (tables.length === 0) return yield* walkUpper(m, slot, when);
  const shows = (o: { readonly result: number }) => `→ ${tables[o.result]?.table.name ?? ''}`;
  const picked = tables.length === 1 ? 0 : yield* choose(tables.length, 'table the walk cache has', shows);
  return tables[picked] ?? slot;
}
