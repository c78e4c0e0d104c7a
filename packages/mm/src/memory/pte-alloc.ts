/** A table comes under an empty upper-level entry. (mm/memory.c, Linux 6.12) */
import { addrOf, type Ptep, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine, Ptdesc } from '@racewalk/machine';
import { pteFreeUnused } from '../huge_memory/deposit.js';

/** The entry leads to this table from here on; its lock is held, or nobody else has it. @kernel pmd_populate */
export function* pmdPopulate(m: Machine, vma: Vma, pmdp: Ptep, table: Ptdesc): Step<void> {
  yield* m.pmd.setPmdAt(vma.mm, addrOf(pmdp.vpn), pmdp, m.p.pmdPopulate(table.pfn));
}

/**
 * Install a table unless the entry has become something else; returns whether it was used. Its contents are visible before
 * the entry that leads there. @kernel pmd_install
 */
export function* pmdInstall(m: Machine, vma: Vma, pmdp: Ptep, table: Ptdesc): Step<boolean> {
  yield* m.k.pmdLock(pmdp);
  const none = m.p.pmdNone(yield* m.pmd.pmdpGet(pmdp));
  if (none) {
    yield* m.k.smpWmb();
    yield* m.k.pmdPopulate(vma, pmdp, table);
  }
  yield* m.unlock(pmdp.table.ptl);
  return none;
}

/** Allocate a table where the entry is empty; false without memory. @kernel __pte_alloc */
export function* __pteAlloc(m: Machine, vma: Vma, pmdp: Ptep): Step<boolean> {
  const table = m.k.pteAllocOne();
  if (table === null) return false;
  if (!(yield* m.k.pmdInstall(vma, pmdp, table))) pteFreeUnused(m, table);
  return true;
}

/** The same with a look without the lock first. @kernel pte_alloc */
export function* pteAlloc(m: Machine, vma: Vma, pmdp: Ptep): Step<boolean> {
  if (!m.p.pmdNone(yield* m.pmd.pmdpGetLockless(pmdp))) return true;
  return yield* m.k.__pteAlloc(vma, pmdp);
}

/** Functions that others call by name. */
export const PTE_ALLOC = { pmdPopulate, pmdInstall, __pteAlloc, pteAlloc } as const;

type PteAllocFunctions = typeof PTE_ALLOC;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends PteAllocFunctions {}
}
