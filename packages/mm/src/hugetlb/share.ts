/** Tables that processes share. (mm/hugetlb.c, include/linux/mm_types.h, Linux 6.16) */
import { addrOf, type Ptep, RacewalkError, type Vma } from '@racewalk/core';
import { type Cell, read, type Step } from '@racewalk/core/step';
import type { Machine, Ptdesc, World } from '@racewalk/machine';
import { addTo } from '../words.js';

/** How many entries besides the first lead to a table. */
interface ShareState {
  ptShare?: Map<Ptdesc, Cell>;
}

declare module '@racewalk/machine/kernel' {
  interface OsState extends ShareState {}
}

/** One more entry leads to the table at the start; called by `upperLevel`. */
export function sharesTable(w: World, table: Ptdesc): void {
  w.os.ptShare ??= new Map();
  const { ptShare } = w.os;
  const cell = ptShare.get(table) ?? w.word(`pt_share_count of ${table.table.name}`, 0);
  ptShare.set(table, cell);
  w.cells.setInitial(cell, (w.cells.cells[cell]?.initial ?? 0) + 1);
}

/** The word that counts the entries besides the first that lead to a table: 0 if one address space has it for itself. */
export function shareCount(w: World, table: Ptdesc): Cell {
  const cell = w.os.ptShare?.get(table);
  if (cell !== undefined) return cell;
  throw new RacewalkError('RACEWALK_BAD_SCENARIO', `${table.table.name} is shared by nobody`, {
    expected: 'upperLevel(world, vma, { leads: table }) in the setup',
  });
}

/** Whether several address spaces have the table; the lock of the mapping is held. @kernel ptdesc_pmd_is_shared */
export function* ptdescPmdIsShared(m: Machine, table: Ptdesc): Step<boolean> {
  const note = { op: 'ptdesc_pmd_is_shared', text: table.table.name };
  return (yield* read(shareCount(m.world, table), note, (o) => `→ ${o.result}`)) > 0;
}

/**
 * Leave a shared table: the entry is emptied, and, before the others may use the table for anything else, every walker with
 * interrupts off has left it. False if nobody shares it. The lock of the mapping is held for writing; the caller flushes.
 * @kernel huge_pmd_unshare
 */
export function* hugePmdUnshare(m: Machine, _vma: Vma, pmdp: Ptep): Step<boolean> {
  const table = m.k.pmdPgtable(yield* m.pmd.pmdpGet(pmdp));
  if (table === null || !(yield* m.k.ptdescPmdIsShared(table))) return false;
  yield* m.pmd.pmdClear(pmdp);
  yield* m.k.tlbRemoveTableSyncOne();
  yield* addTo(shareCount(m.world, table), -1, { op: 'ptdesc_pmd_pts_dec', text: table.table.name });
  return true;
}

/** The flush that a caller of `hugePmdUnshare` owes before it lets the lock of the mapping go. @kernel flush_hugetlb_tlb_range */
export function* flushHugetlbTlbRange(m: Machine, vma: Vma): Step<void> {
  yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
}

/** Functions that others call by name. */
export const HUGETLB_SHARE = { ptdescPmdIsShared, hugePmdUnshare, flushHugetlbTlbRange } as const;

type HugetlbShareFunctions = typeof HUGETLB_SHARE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends HugetlbShareFunctions {}
}
