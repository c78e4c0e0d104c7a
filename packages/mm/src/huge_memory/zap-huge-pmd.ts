/** Emptying the entry of a huge page. (mm/huge_memory.c, Linux 6.12) */
import type { Ptep, PteWord, Vaddr, Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type Frame, freeTable, type Machine } from '@racewalk/machine';
import type { MmuGather } from '../mmu_gather/mmu-gather.js';

/**
 * Empty one entry that maps a huge page; false if it does not. The flush is left to the gather, and so comes after
 * the lock: meanwhile a fault may map another page there. @kernel zap_huge_pmd
 */
export function* zapHugePmd(m: Machine, tlb: MmuGather, vma: Vma, pmdp: Ptep, addr: Vaddr): Step<boolean> {
  yield* m.lock(pmdp.table.ptl);
  const old = yield* m.pmd.pmdpGet(pmdp);
  const page = m.v.pteValid(old) ? m.world.frames.at(m.v.ptePfn(old)) : undefined;
  if (page === undefined) {
    yield* m.unlock(pmdp.table.ptl);
    return false;
  }
  const orig = yield* m.pmd.pmdpHugeGetAndClearFull(vma, addr, pmdp, tlb.fullmm);
  m.k.tlbRemovePmdTlbEntry(tlb, vma, pmdp);
  if (m.world.pmds.under(pmdp)?.follows !== true) yield* m.k.folioRemoveRmapPte(page);
  else yield* zapWhole(m, vma, pmdp, page, orig);
  yield* m.unlock(pmdp.table.ptl);
  // The zero page belongs to nobody.
  if (!m.k.isHugeZeroFolio(page.folio)) m.k.__tlbRemovePage(tlb, page);
  return true;
}

/** A huge page with its real number of pages: mapped once as a whole, with a table put aside. */
function* zapWhole(m: Machine, vma: Vma, pmdp: Ptep, page: Frame, orig: PteWord): Step<void> {
  if (!m.k.isHugeZeroFolio(page.folio)) yield* m.k.folioRemoveRmapPmd(page.folio, page);
  if (vma.mapping === null) yield* m.k.zapDepositedTable(pmdp);
  else if (m.p.pmdDirty(orig)) yield* m.k.folioMarkDirty(page.folio);
}

/** The table that was put aside is freed at once: nothing leads there. @kernel zap_deposited_table */
export function* zapDepositedTable(m: Machine, pmdp: Ptep): Step<void> {
  const table = yield* m.k.pgtableTransHugeWithdraw(pmdp);
  if (table !== null) yield* freeTable(m, table);
}

/** Functions that others call by name. */
export const HUGE_MEMORY = { zapHugePmd, zapDepositedTable } as const;

type HugeMemoryFunctions = typeof HUGE_MEMORY;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends HugeMemoryFunctions {}
}
