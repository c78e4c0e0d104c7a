/**
 * The write fault on a shared mapping whose driver wants to know: `page_mkwrite`.
 * @kernel mm/memory.c of 2019
 */
import type { Cell, Step } from '@racewalk/core/step';
import type { Fault, FaultHandler, FaultOutcome, Machine } from '@racewalk/machine';
import type { FoundFault } from '@racewalk/mm';

/** The driver's callback: it returns with the driver's lock held. @kernel vm_operations_struct.page_mkwrite */
export function* pageMkwrite(m: Machine, external: Cell): Step<void> {
  yield* m.k.lockExternal(external);
}

/** The driver's callback where there is no page to lock: its lock is given back. @kernel vm_operations_struct.pfn_mkwrite */
export function* pfnMkwrite(m: Machine, external: Cell): Step<void> {
  yield* m.k.pageMkwrite(external);
  yield* m.unlock(external);
}

/** If the driver wants to know, its lock is kept until the entry is writable. @kernel wp_pfn_shared */
function* wpPfnShared(m: Machine, fault: FoundFault, external: Cell | undefined): Step<void> {
  if (external === undefined) {
    yield* m.k.finishMkwriteFault(fault);
    return;
  }
  yield* m.k.pageMkwrite(external);
  yield* m.k.finishMkwriteFault(fault);
  yield* m.k.unlockExternal(external);
}

/**
 * `do_wp_page` for such a mapping: a store to a present entry that is not writable asks the driver, and
 * the access is tried again. Other faults go to the ordinary handler. `external` is the lock of a driver that wants to know.
 */
export function mkwriteHandler(external?: Cell): FaultHandler {
  return function* (m: Machine, fault: Fault): Step<FaultOutcome> {
    if (fault.access !== 'store') return 'default';
    const { ptep } = fault;
    yield* m.pteOffsetMapLock(ptep.table);
    const origPte = yield* m.pte.ptepGet(ptep);
    yield* m.pteUnmapUnlock(ptep.table);
    if (!m.v.ptePresent(origPte) || m.v.pteWrite(origPte)) return 'default';
    yield* wpPfnShared(m, { ...fault, origPte }, external);
    return 'retry';
  };
}
