/** The entry of an address in its table: where the level above is followed, the table may be gone. */
import { type PageTable, type Ptep, ptepOf, type Vma, vpnOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { number } from '../../run/numbers.js';
import { isPtep, LockRef, OutsideTable, type Value } from '../../run/objects.js';
import type { Thread } from '../../run/thread.js';
import { mustHave } from '../areas.js';
import { type Helper, stepHelper } from '../helper.js';
import { lockCell } from '../kinds.js';
import { storeThrough } from './through.js';

/** Tables that an agent has mapped by way of the level above, and how often. */
const open = new WeakMap<Machine, Map<PageTable, number>>();

function count(m: Machine, table: PageTable, by: number): number {
  const tables = open.get(m) ?? new Map<PageTable, number>();
  open.set(m, tables);
  const now = (tables.get(table) ?? 0) + by;
  if (now >= 0) tables.set(table, now);
  return now;
}

const slotOf = (m: Machine, vma: Vma) => {
  const slot = m.world.pmds.of(vma.table);
  return slot?.follows === true ? slot : undefined;
};

/** With the lock, or without; NULL if no table is there any more. */
function* mapped(th: Thread, vma: Vma, addr: number, locks: boolean): Step<Ptep | null> {
  const { m } = th;
  const slot = slotOf(m, vma);
  if (slot === undefined) {
    if (locks) yield* m.pteOffsetMapLock(vma.table);
    return ptepOf(vma, vpnOf(addr));
  }
  const found = yield* locks
    ? m.k.__pteOffsetMapLock(slot.pmdp, vpnOf(addr))
    : m.k.pteOffsetMap(slot.pmdp, vpnOf(addr));
  if (found !== null) count(m, found.table, 1);
  return found;
}

/** What begins with a mapping by way of the level above ends here. */
function* unmapped(m: Machine, table: PageTable): Step<void> {
  const [ptep] = table.entries;
  if (ptep !== undefined && count(m, table, -1) >= 0) yield* m.k.pteUnmap(ptep);
}

const maps = (name: string, locks: boolean): Helper =>
  stepHelper(
    `${name}(mm,any,addr,any):ptep`,
    locks ? 'takes the page-table lock' : 'the entry of an address; says which lock',
    function* (th, [mm, , at, ptlp]) {
      const addr = number(th, at ?? 0n);
      const found = yield* mapped(th, mustHave(th, mm, at), addr, locks);
      if (found !== null) storeThrough(th, ptlp, new LockRef(found.table.ptl));
      return found;
    },
  );

const tableOf = (p: Value | undefined): PageTable | null =>
  p instanceof OutsideTable || isPtep(p ?? null) ? (p as Ptep).table : null;

/** Everything of this file. */
export const TABLE_NAMES: readonly Helper[] = [
  maps('pte_offset_map_lock', true),
  maps('pte_alloc_map_lock', true),
  maps('pte_offset_map_nolock', false),
  maps('pte_offset_map_ro_nolock', false),
  maps('pte_offset_map_rw_nolock', false),
  stepHelper('pte_unmap_unlock(any,lock)', 'releases the page-table lock', function* (th, [, ptl]) {
    const cell = lockCell(th, ptl ?? null);
    const table = th.m.world.tables.find((t) => t.ptl === cell);
    if (table === undefined) yield* th.m.unlock(cell);
    else {
      yield* th.m.pteUnmapUnlock(table);
      yield* unmapped(th.m, table);
    }
    return 0n;
  }),
  stepHelper('pte_unmap(any)', 'the table is not used any more', function* (th, [p]) {
    const table = tableOf(p);
    if (table !== null) yield* unmapped(th.m, table);
    return 0n;
  }),
];
