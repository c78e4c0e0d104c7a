/** An empty table is given up by MADV_DONTNEED, under the mmap lock for reading only. (mm/pt_reclaim.c, Linux 6.14) */
import type { Ptep, Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { MmuGather } from '../mmu_gather/mmu-gather.js';

/** Take the table of the area out and collect it, if it is empty. @kernel try_to_free_pte */
export function* tryToFreePte(m: Machine, vma: Vma, pmdp: Ptep, tlb: MmuGather): Step<boolean> {
  yield* m.k.pmdLock(pmdp);
  const found = yield* m.k.__pteOffsetMap(pmdp, vma.start);
  if (found === null) {
    yield* m.unlock(pmdp.table.ptl);
    return false;
  }
  const { ptep, pmdval } = found;
  yield* m.k.spinLockNested(ptep.table.ptl);
  let empty = true;
  for (const entry of ptep.table.entries) {
    empty = m.v.pteNone(yield* m.pte.ptepGet(entry));
    if (!empty) break;
  }
  if (empty) yield* m.pmd.pmdClear(pmdp);
  yield* m.k.spinUnlock(ptep.table.ptl);
  yield* m.k.pteUnmap(ptep);
  yield* m.unlock(pmdp.table.ptl);
  const table = empty ? m.k.pmdPgtable(pmdval) : null;
  if (table !== null) yield* m.k.pteFreeTlb(tlb, vma, table);
  return table !== null;
}

/** Functions that others call by name. */
export const PT_RECLAIM = { tryToFreePte } as const;

type PtReclaimFunctions = typeof PT_RECLAIM;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends PtReclaimFunctions {}
}
