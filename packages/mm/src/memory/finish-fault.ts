/** A page of a file is mapped where a fault found none. (mm/memory.c, Linux 6.12) */
import { addrOf, type Ptep, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { unmapUnlock } from '../pgtable-generic/pte-offset-map.js';

/**
 * Map `page`, whose reference becomes that of the mapping, unless something stands there by now. True if it was mapped. An
 * empty upper-level entry gets one of the tables set aside; if none is left, or the table is gone when its lock is
 * asked for, the access is to be tried again. @kernel finish_fault
 */
export function* finishFault(m: Machine, vma: Vma, pmdp: Ptep, address: Ptep, page: Frame): Step<boolean> {
  if (m.p.pmdNone(yield* m.pmd.pmdpGetLockless(pmdp)) && !(yield* m.k.__pteAlloc(vma, pmdp))) return false;
  const ptep = yield* m.k.__pteOffsetMapLock(pmdp, address.vpn);
  if (ptep === null) return false;
  const none = m.v.pteNone(yield* m.pte.ptepGet(ptep));
  if (none) {
    yield* m.k.folioAddRmap(page.folio);
    const write = vma.shared && vma.prot.write;
    const young = m.v.pteMkyoung(m.v.pfnPte(page.pfn, m.v.mkProt({ ...vma.prot, write: false })));
    const entry = write ? m.v.pteMkdirty(m.v.pteMkwrite(young)) : young;
    yield* m.pte.setPteAt(vma.mm, addrOf(address.vpn), ptep, entry);
    yield* m.k.updateMmuCache(vma, addrOf(address.vpn));
  }
  yield* unmapUnlock(m, vma, ptep);
  return none;
}

/** Functions that others call by name. */
export const FINISH_FAULT = { finishFault } as const;

type FinishFaultFunctions = typeof FINISH_FAULT;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends FinishFaultFunctions {}
}
