/** A fault in an area whose upper level is followed. (mm/memory.c, Linux 6.12) */
import type { AccessKind, Ptep, Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { FaultHistory } from './livelock.js';
import { hasSparePages } from './spare-pages.js';
import { VM_FAULT_SIGSEGV } from './vm-fault.js';

/**
 * By the level that the entry above says now: a huge page, a table, or nothing. `address` names the page, as the area's own
 * entry for it. Returns as `handlePteFault` does; 0 also where something changed, so that the access is tried again. Huge
 * pages are mapped and copied where the race has set some aside (`spareHugePages`). @kernel __handle_mm_fault
 */
export function* handleMmFault(
  m: Machine,
  vma: Vma,
  address: Ptep,
  access: AccessKind,
  history?: FaultHistory,
): Step<number> {
  const pmdp = m.world.pmds.of(vma.table)?.pmdp;
  if (pmdp === undefined)
    return yield* m.k.handlePteFault({ vma, ptep: address, access, ...(history && { history }) });
  const pmd = yield* m.pmd.pmdpGetLockless(pmdp);
  if (m.p.pmdTransHuge(pmd)) {
    const write = access === 'store';
    const copies = write && !m.p.pmdWrite(pmd) && m.world.os.hugePages !== undefined;
    if (copies && !m.p.pmdProtnone(pmd)) return yield* m.k.doHugePmdWpPage(vma, pmdp, pmd);
    if (m.p.pmdProtnone(pmd) || (write && !m.p.pmdWrite(pmd))) return VM_FAULT_SIGSEGV;
    return yield* m.k.hugePmdSetAccessed(vma, pmdp, pmd, write);
  }
  if (m.p.pmdNone(pmd)) {
    if (m.world.os.hugePages !== undefined) return yield* m.k.doHugePmdAnonymousPage(vma, pmdp, access);
    if (!hasSparePages(m.world) || !(yield* m.k.pteAlloc(vma, pmdp))) return VM_FAULT_SIGSEGV;
  }
  const ptep = yield* m.k.pteOffsetMap(pmdp, address.vpn);
  // No table any more: the access is tried again.
  if (ptep === null) return 0;
  const origPte = yield* m.pte.ptepGetLockless(ptep);
  if (m.v.pteNone(origPte)) {
    yield* m.k.pteUnmap(ptep);
    if (!hasSparePages(m.world)) return VM_FAULT_SIGSEGV;
    return yield* m.k.doAnonymousPage({ vma, ptep: address, access });
  }
  const left = yield* m.k.handlePteFault({ vma, ptep, access, origPte, ...(history && { history }) });
  yield* m.k.pteUnmap(ptep);
  return left;
}

/** Functions that others call by name. */
export const HANDLE_MM_FAULT = { handleMmFault } as const;

type HandleMmFaultFunctions = typeof HANDLE_MM_FAULT;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends HandleMmFaultFunctions {}
}
