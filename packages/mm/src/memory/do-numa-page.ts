/** Faults on entries that a hint has made inaccessible. (mm/memory.c, Linux 6.12) */
import { addrOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { mapLock, unmapUnlock } from '../pgtable-generic/pte-offset-map.js';
import type { FoundFault } from './vm-fault.js';

/**
 * Give the entry its permissions back: the page is on the right node, or stays where it is. Left out: its migration, and the
 * rest of a large folio. @kernel do_numa_page
 */
export function* doNumaPage(m: Machine, vmf: FoundFault): Step<void> {
  const { vma } = vmf;
  const ptep = yield* mapLock(m, vma, vmf.ptep.vpn);
  if (ptep === null) return;
  const oldPte = yield* m.pte.ptepGet(ptep);
  // It was seen without the lock: by now it may be unmapped, or map another page.
  if (m.v.pteSame(oldPte, vmf.origPte)) yield* m.k.numaRebuildSingleMapping({ ...vmf, ptep });
  yield* unmapUnlock(m, vma, ptep);
}

/** The entry as the area says, and accessed. @kernel numa_rebuild_single_mapping */
export function* numaRebuildSingleMapping(m: Machine, { vma, ptep }: FoundFault): Step<void> {
  const addr = addrOf(ptep.vpn);
  const oldPte = yield* m.pte.ptepModifyProtStart(vma, addr, ptep);
  const pte = m.v.pteMkyoung(m.v.pteModify(oldPte, m.v.mkProt(vma.prot)));
  yield* m.pte.ptepModifyProtCommit(vma, addr, ptep, oldPte, pte);
  yield* m.k.updateMmuCache(vma, addr);
}

/** Functions that others call by name. */
export const NUMA_PAGE = { doNumaPage, numaRebuildSingleMapping } as const;

type NumaPageFunctions = typeof NUMA_PAGE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends NumaPageFunctions {}
}
