/** A page of a file, or a copy of it, is mapped where a fault found none. (mm/memory.c, Linux 6.12) */
import { addrOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { mapLock, unmapUnlock } from '../pgtable-generic/pte-offset-map.js';
import type { VmFault } from './vm-fault.js';

/** An empty upper-level entry that is followed gets one of the tables set aside; false if none is left. */
function* hasTable(m: Machine, vma: Vma): Step<boolean> {
  const slot = m.world.pmds.of(vma.table);
  if (slot?.follows !== true || !m.p.pmdNone(yield* m.pmd.pmdpGetLockless(slot.pmdp))) return true;
  return yield* m.k.__pteAlloc(vma, slot.pmdp);
}

/**
 * Map `page`, whose reference becomes that of the mapping, unless something stands there by now; `copied`: the page is a copy for
 * this area alone. True if it was mapped. If there is no table, or it is gone when its lock is asked for, the access is to be
 * tried again. @kernel finish_fault
 */
export function* finishFault(m: Machine, vmf: VmFault, page: Frame, copied: boolean): Step<boolean> {
  const { v } = m;
  const { vma, access } = vmf;
  const { vpn } = vmf.ptep;
  if (!(yield* hasTable(m, vma))) return false;
  const ptep = yield* mapLock(m, vma, vpn);
  if (ptep === null) return false;
  const none = v.pteNone(yield* m.pte.ptepGet(ptep));
  if (none) {
    const young = v.pteMkyoung(v.pfnPte(page.pfn, v.mkProt({ ...vma.prot, write: false })));
    const write = access === 'store' && (copied || vma.shared);
    if (copied) yield* m.k.folioAddNewAnonRmap(page.folio);
    else yield* m.k.folioAddRmap(page.folio);
    yield* m.pte.setPteAt(
      vma.mm,
      addrOf(vpn),
      ptep,
      write ? m.k.maybeMkwrite(v.pteMkdirty(young), vma) : young,
    );
  }
  yield* m.k.updateMmuCache(vma, addrOf(vpn));
  yield* unmapUnlock(m, vma, ptep);
  return none;
}

/** Functions that others call by name. */
export const FINISH_FAULT = { finishFault } as const;

type FinishFaultFunctions = typeof FINISH_FAULT;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends FinishFaultFunctions {}
}
