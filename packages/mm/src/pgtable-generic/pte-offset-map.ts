/**
 * From an upper-level entry to the table it leads to, which may be gone by the time it is reached.
 * (mm/pgtable-generic.c, Linux 6.12)
 */
import { type Ptep, type PteWord, ptepOf, type Vma, type Vpn } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { enterTable, LEAF_PAGES, leaveTable, type Machine, type Ptdesc } from '@racewalk/machine';

/** An entry of a table that was reached by way of the level above. */
export interface MappedPte {
  readonly ptep: Ptep;
  /** The upper-level entry that led there. */
  readonly pmdval: PteWord;
}

/** RCU protects what CPUs the race follows read; on others nothing waits for it. */
function* rcu(m: Machine, lock: boolean): Step<void> {
  if (m.world.contexts.cell(m.cpu) < 0) return;
  if (lock) yield* m.k.rcuReadLock();
  else yield* m.k.rcuReadUnlock();
}

/** The table that this value of an upper-level entry leads to, or null. @kernel pmd_pgtable */
export function pmdPgtable(m: Machine, pmd: PteWord): Ptdesc | null {
  return m.world.pmds.ledBy(pmd) ?? null;
}

/**
 * The entry of page `vpn` in the table that `pmdp` leads to; null if it leads to none: it is empty, maps a huge page, or is
 * being changed. The table stays until {@link pteUnmap}, under RCU, though nothing may lead to it any more.
 * @kernel __pte_offset_map
 */
export function* __pteOffsetMap(m: Machine, pmdp: Ptep, vpn: Vpn): Step<MappedPte | null> {
  yield* rcu(m, true);
  const pmdval = yield* m.pmd.pmdpGetLockless(pmdp);
  const found = yield* m.k.pteMap(pmdval, vpn);
  if (found === null) yield* rcu(m, false);
  return found;
}

/** The entry of the page in the table of this value, which is a local copy perhaps. @kernel __pte_map */
export function* pteMap(m: Machine, pmdval: PteWord, vpn: Vpn): Step<MappedPte | null> {
  const ptdesc = m.k.pmdPgtable(pmdval);
  if (ptdesc === null) return null;
  // A table that has moved has the pages of the place it came from: what counts is the place in the table.
  const { entries, start } = ptdesc.table;
  const ptep = entries[(((vpn - start) % LEAF_PAGES.pmd) + LEAF_PAGES.pmd) % LEAF_PAGES.pmd];
  if (ptep === undefined) return null;
  yield* enterTable(m, ptdesc);
  return { ptep, pmdval };
}

/** Without the value. @kernel pte_offset_map */
export function* pteOffsetMap(m: Machine, pmdp: Ptep, vpn: Vpn): Step<Ptep | null> {
  return (yield* m.k.__pteOffsetMap(pmdp, vpn))?.ptep ?? null;
}

/** The table is not used any more. @kernel pte_unmap */
export function* pteUnmap(m: Machine, ptep: Ptep): Step<void> {
  const ptdesc = m.world.pmds.of(ptep.table);
  if (ptdesc !== undefined) yield* leaveTable(m, ptdesc);
  yield* rcu(m, false);
}

/**
 * The same with the page-table lock. What led to the table is read again once the lock is held: if it leads elsewhere now,
 * begin again. Ends with `m.pteUnmapUnlock(ptep.table)` and {@link pteUnmap}. @kernel __pte_offset_map_lock
 */
export function* __pteOffsetMapLock(m: Machine, pmdp: Ptep, vpn: Vpn): Step<Ptep | null> {
  for (;;) {
    const found = yield* m.k.__pteOffsetMap(pmdp, vpn);
    if (found === null) return null;
    const { ptep, pmdval } = found;
    yield* m.pteOffsetMapLock(ptep.table);
    if (m.p.pmdSame(yield* m.pmd.pmdpGetLockless(pmdp), pmdval)) return ptep;
    yield* m.pteUnmapUnlock(ptep.table);
    yield* m.k.pteUnmap(ptep);
  }
}

/**
 * The entry at an address with its lock, for functions that run on both kinds of area: where the level above is followed,
 * by way of that, and null if no table is there any more; elsewhere the area keeps its table. @kernel pte_offset_map_lock
 */
export function* mapLock(m: Machine, vma: Vma, vpn: Vpn): Step<Ptep | null> {
  const slot = m.world.pmds.of(vma.table);
  if (slot?.follows === true) return yield* m.k.__pteOffsetMapLock(slot.pmdp, vpn);
  yield* m.pteOffsetMapLock(vma.table);
  return ptepOf(vma, vpn);
}

/** The same without the lock, for callers that take a second one in an order of their own. @kernel pte_offset_map_nolock */
export function* mapNolock(m: Machine, vma: Vma, vpn: Vpn): Step<Ptep | null> {
  const slot = m.world.pmds.of(vma.table);
  return slot?.follows === true ? yield* m.k.pteOffsetMap(slot.pmdp, vpn) : ptepOf(vma, vpn);
}

/** The end of {@link mapNolock}: the table is not used any more, where the level above is followed. */
export function* unmapNolock(m: Machine, vma: Vma, ptep: Ptep): Step<void> {
  if (m.world.pmds.of(vma.table)?.follows === true) yield* m.k.pteUnmap(ptep);
}

/** The end of {@link mapLock}. @kernel pte_unmap_unlock */
export function* unmapUnlock(m: Machine, vma: Vma, ptep: Ptep): Step<void> {
  yield* m.pteUnmapUnlock(ptep.table);
  yield* unmapNolock(m, vma, ptep);
}

/** Functions that others call by name. */
export const PTE_OFFSET_MAP = {
  pmdPgtable,
  pteMap,
  __pteOffsetMap,
  pteOffsetMap,
  pteUnmap,
  __pteOffsetMapLock,
} as const;

type PteOffsetMapFunctions = typeof PTE_OFFSET_MAP;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends PteOffsetMapFunctions {}
}
