/**
 * One level above the leaf tables: which table a walk finds, the walk caches that remember it, and
 * tables that go back to the allocator.
 */

import type { PageTable } from '@racewalk/core';
import {
  type AtomicBody,
  atomic,
  choose,
  read,
  type Step,
  type Word,
  write,
  xchg,
} from '@racewalk/core/step';
import { MemoryView } from '../observers/view.js';
import type { Machine } from '../world/types.js';
import { type Pmd, PmdState, pmdText } from '../world/upper.js';

/** Read an upper-level entry without a lock. @kernel pmdp_get_lockless */
export function* pmdpGetLockless(pmd: Pmd): Step<Word> {
  return yield* read(
    pmd.cell,
    { op: 'pmdp_get_lockless', text: `pmd:${pmd.table.name}` },
    (o) => `→ ${pmdText(o.result)}`,
  );
}

/** Empty an upper-level entry and return it. The leaf table keeps what it holds. @kernel pmdp_get_and_clear */
export function* pmdpGetAndClear(pmd: Pmd): Step<Word> {
  const show = (o: { readonly result: Word }) => `→ ${pmdText(o.result)}`;
  return yield* xchg(
    pmd.cell,
    PmdState.NONE,
    { op: 'pmdp_get_and_clear', text: `pmd:${pmd.table.name}` },
    show,
  );
}

/** Store an upper-level entry. @kernel set_pmd_at */
export function* setPmdAt(pmd: Pmd, state: Word): Step<void> {
  yield* write(
    pmd.cell,
    state,
    { op: 'set_pmd_at', text: `pmd:${pmd.table.name}` },
    () => `= ${pmdText(state)}`,
  );
}

/** Somebody is about to read or write the table; observers check that it is still one. */
export function* reachTable(m: Machine, table: PageTable, who: string): Step<void> {
  const pmd = m.world.pmds.of(table);
  const watching = m.world.observers.filter((o) => o.tableReached !== undefined);
  if (pmd === undefined || watching.length === 0) return;
  const view = new MemoryView();
  const run: AtomicBody = (mem, base, faults) => {
    for (const o of watching) o.tableReached?.(view.at(mem, base), pmd, who, faults);
    return 0;
  };
  yield* atomic(
    [pmd.freed],
    run,
    { text: `${who} reaches table ${table.name}`, does: 'observe' },
    { locked: false },
  );
}

/** Give a table back to the allocator. Observers look for anybody who can still reach it. @kernel pte_free */
export function* freeTable(m: Machine, pmd: Pmd): Step<void> {
  const { world } = m;
  const view = new MemoryView();
  const run: AtomicBody = (mem, base, faults) => {
    view.at(mem, base);
    view.set(pmd.freed, 1);
    for (const o of world.observers) o.tableFreed?.(view, pmd, faults);
    return 0;
  };
  const note = {
    label: `free table ${pmd.table.name}`,
    op: 'pte_free',
    does: 'free',
    on: [pmd.freed],
  } as const;
  yield* atomic([pmd.freed, ...pmd.walkCaches.values()], run, note);
}

/**
 * The hardware's way through the upper level: from the walk cache, or by a read of the entry, which
 * fills the walk cache. Answers whether there is a table. `again`: this CPU has walked here before, so
 * its walk cache may have the entry.
 */
export function* walkUpper(m: Machine, pmd: Pmd, again: boolean): Step<boolean> {
  const cache = pmd.walkCaches.get(m.cpu) ?? -1;
  if (again && cache >= 0) {
    const hit = yield* read(cache, { text: `walk cache look-up ${pmd.table.name}`, does: 'look-up' });
    // The entry may have been evicted: use it, or read the upper level once more.
    const shows = (o: { readonly result: Word }) => (o.result === 0 ? '→ hit' : '→ walk');
    if (hit !== 0 && (yield* choose(2, 'walk cache hit or walk', shows)) === 0) return true;
  }
  const run: AtomicBody = (mem, base) => {
    const state = mem[base + pmd.cell] ?? 0;
    if (cache >= 0) mem[base + cache] = state === PmdState.TABLE ? 1 : 0;
    return state;
  };
  const cells = [pmd.cell, cache].filter((c) => c >= 0);
  const show = (o: { readonly result: Word }) => `→ ${pmdText(o.result)}`;
  const blind = cells.filter((c) => c !== pmd.cell);
  const note = { text: `walk pmd:${pmd.table.name}`, does: 'walk', on: [pmd.cell], blind } as const;
  const found = yield* atomic(cells, run, note, { locked: false, show });
  return found === PmdState.TABLE;
}
