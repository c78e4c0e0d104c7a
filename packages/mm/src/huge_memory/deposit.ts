/**
 * Tables that are put aside for a huge page, so that its split need not allocate one. (mm/pgtable-generic.c, Linux 6.12)
 * And the level above an area, as Linux has it: with that deposit.
 */
import { type PageTable, type Ptep, RacewalkError, type Vma } from '@racewalk/core';
import { type Cell, read, type Step, write } from '@racewalk/core/step';
import type { Machine, Ptdesc, UpperSpec, World } from '@racewalk/machine';
import { sharesTable } from '../hugetlb/share.js';
import { unused } from '../memory/unused.js';

/** Deposits by entry, and leaf tables set aside for `pte_alloc_one`, by CPU. */
interface DepositState {
  deposits?: Map<Ptep, Cell>;
  spareTables?: Map<number, readonly Ptdesc[]>;
}

declare module '@racewalk/machine/kernel' {
  interface OsState extends DepositState {}
}

/**
 * Give an area an upper-level entry that may be empty, lead to a table, or map a huge page; called by `setup`. To
 * start with a huge page: `leads: 'none'`, then `mapFolio(vma, folio, { huge: true })`, which deposits the area's table.
 */
export function upperLevel(w: World, vma: Vma, spec: UpperSpec = {}): Ptdesc {
  const slot = w.pmds.add(vma, spec);
  if (typeof spec.leads === 'object') sharesTable(w, spec.leads);
  w.os.deposits ??= new Map();
  const text = (pfn: number) =>
    pfn === 0 ? 'none' : (w.pmds.leafTables.find((t) => w.pmds.of(t)?.pfn === pfn)?.name ?? 'a table');
  w.os.deposits.set(slot.pmdp, w.word(`deposit of ${slot.pmdp.name}`, 0, text));
  return slot;
}

/** Tables that what runs on a CPU may allocate, made by `world.pmds.spare(vma)`. Called by `setup`. */
export function spareTables(w: World, cpu: number, tables: readonly Ptdesc[]): void {
  w.os.spareTables ??= new Map();
  w.os.spareTables.set(cpu, tables);
}

/** The deposit of an entry at the start; called by `mapFolio`. */
export function startsDeposited(w: World, table: PageTable): void {
  const slot = w.pmds.of(table);
  const cell = slot === undefined ? undefined : w.os.deposits?.get(slot.pmdp);
  if (slot !== undefined && cell !== undefined) w.cells.setInitial(cell, slot.pfn);
}

function depositOf(m: Machine, pmdp: Ptep): Cell {
  const cell = m.world.os.deposits?.get(pmdp);
  if (cell !== undefined) return cell;
  throw new RacewalkError('RACEWALK_BAD_SCENARIO', `${pmdp.name} has no room for a deposited table`, {
    expected: 'upperLevel(world, vma) in the setup',
  });
}

/** Put a table aside; `pmd_lock` is held. @kernel pgtable_trans_huge_deposit */
export function* pgtableTransHugeDeposit(m: Machine, pmdp: Ptep, table: Ptdesc): Step<void> {
  const note = { op: 'pgtable_trans_huge_deposit', text: `${pmdp.name}: ${table.table.name}` };
  yield* write(depositOf(m, pmdp), table.pfn, note);
}

/** Take it back; null if there is none. `pmd_lock` is held. @kernel pgtable_trans_huge_withdraw */
export function* pgtableTransHugeWithdraw(m: Machine, pmdp: Ptep): Step<Ptdesc | null> {
  const cell = depositOf(m, pmdp);
  const pfn = yield* read(cell, { op: 'pgtable_trans_huge_withdraw', text: pmdp.name });
  if (pfn === 0) return null;
  yield* write(cell, 0, { op: 'pgtable_trans_huge_withdraw', text: pmdp.name });
  return m.k.pmdPgtable(m.p.pmdPopulate(pfn));
}

const left = unused('tables', (m): readonly Ptdesc[] | undefined => m.world.os.spareTables?.get(m.cpu));

/** Allocate a leaf table, of those the race has set aside for this CPU; null without one. @kernel pte_alloc_one */
export function pteAllocOne(m: Machine): Ptdesc | null {
  return left.of(m).shift() ?? null;
}

/** A table that was not used goes back. */
export function pteFreeUnused(m: Machine, table: Ptdesc): void {
  left.of(m).unshift(table);
}

/** Functions that others call by name. */
export const DEPOSIT = { pgtableTransHugeDeposit, pgtableTransHugeWithdraw, pteAllocOne } as const;

type DepositFunctions = typeof DEPOSIT;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends DepositFunctions {}
}
