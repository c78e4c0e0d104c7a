/** The write fault on a shared mapping whose driver wants to know. */
import type { Cell, Step } from '@racewalk/core/step';
import type { Fault, FaultHandler, FaultOutcome, Machine } from '@racewalk/machine';

/** The driver's callback where there is no page to lock: its lock is given back. @kernel vm_operations_struct.pfn_mkwrite */
export function* pfnMkwrite(m: Machine, external: Cell): Step<void> {
  yield* m.k.pageMkwrite(external);
  yield* m.unlock(external);
}

/**
 * `do_wp_page` for such a mapping: a store to a present entry that is not writable asks the driver, and
 * the access is tried again. Other faults go to the ordinary handler. `external` is the lock of a driver that wants to know.
 */
export function mkwriteHandler(external: Cell | null = null): FaultHandler {
  return function* (m: Machine, fault: Fault): Step<FaultOutcome> {
    if (fault.access !== 'store') return 'default';
    const { ptep } = fault;
    yield* m.pteOffsetMapLock(ptep.table);
    const origPte = yield* m.pte.ptepGet(ptep);
    if (!m.v.ptePresent(origPte) || m.v.pteWrite(origPte)) {
      yield* m.pteUnmapUnlock(ptep.table);
      return 'default';
    }
    yield* m.k.wpPageShared({ ...fault, origPte }, external);
    return 'retry';
  };
}
