/** The write fault on a shared page whose file or driver wants to know. (mm/memory.c, Linux 6.12) */
import type { Cell, Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { FoundFault } from './vm-fault.js';

/** Ask: the file or the driver comes back with its lock held. @kernel vm_operations_struct.page_mkwrite, do_page_mkwrite */
export function* pageMkwrite(m: Machine, lock: Cell): Step<void> {
  yield* m.lock(lock);
}

/** The lock goes back: from here on the page may be write-protected again. @kernel fault_dirty_shared_page */
export function* faultDirtySharedPage(m: Machine, lock: Cell): Step<void> {
  yield* m.unlock(lock);
}

/**
 * Make a shared page writable. Whoever write-protects takes the lock of the file or the driver, so that is kept until the entry is
 * writable; null where nobody wants to know. The page-table lock is held, and dropped. @kernel wp_page_shared
 */
export function* wpPageShared(m: Machine, vmf: FoundFault, lock: Cell | null): Step<void> {
  if (lock === null) {
    yield* m.k.wpPageReuse(vmf);
    return;
  }
  yield* m.pteUnmapUnlock(vmf.ptep.table);
  yield* m.k.pageMkwrite(lock);
  yield* m.k.finishMkwriteFault(vmf);
  yield* m.k.faultDirtySharedPage(lock);
}

/** Functions that others call by name. */
export const WP_SHARED = { pageMkwrite, faultDirtySharedPage, wpPageShared } as const;

type WpSharedFunctions = typeof WP_SHARED;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends WpSharedFunctions {}
}
