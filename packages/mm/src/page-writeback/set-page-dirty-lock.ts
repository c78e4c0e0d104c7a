/** A page that was written past its mappings. (mm/page-writeback.c, Linux 6.12) */
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';

/** Make a page dirty that the caller holds and has not locked. @kernel set_page_dirty_lock */
export function* setPageDirtyLock(m: Machine, folio: Folio): Step<void> {
  yield* m.lock(folio.lock);
  yield* m.k.folioMarkDirty(folio);
  yield* m.unlock(folio.lock);
}

/** Functions that others call by name. */
export const SET_PAGE_DIRTY_LOCK = { setPageDirtyLock } as const;

type SetPageDirtyLockFunctions = typeof SET_PAGE_DIRTY_LOCK;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends SetPageDirtyLockFunctions {}
}
