/** Lock and references of a page. (include/linux/pagemap.h, include/linux/mm.h, mm/filemap.c, Linux 5.14) */
import { atomic, awaitWord, type Step } from '@racewalk/core/step';
import { type Frame, FrameFlag, giveCpu, type Machine, sleepForLock, takeCpu } from '@racewalk/machine';

/** The fault may give up and be tried again. @kernel FAULT_FLAG_ALLOW_RETRY */
export const FAULT_FLAG_ALLOW_RETRY = 4;

/** To hold or take the lock of a page, the page must not be free. */
function* mustExist(m: Machine, page: Frame, does: string): Step<void> {
  if (!m.world.watches('UAF')) return;
  yield* atomic(
    [page.cell],
    (mem, base, faults) => {
      if (((mem[base + page.cell] ?? 0) & FrameFlag.FREED) !== 0) {
        faults.fail('UAF', `${does} ${page.name}, which is free`);
      }
      return 0;
    },
    { text: `${does} ${page.name}`, does: 'observe' },
    { locked: false },
  );
}

/** Wait for the lock of the page. @kernel lock_page */
export function* lockPage(m: Machine, page: Frame): Step<void> {
  yield* sleepForLock(m, page.folio.lock);
  yield* mustExist(m, page, 'holds the lock of');
}

/** @kernel trylock_page */
export function* trylockPage(m: Machine, page: Frame): Step<boolean> {
  return yield* m.trylock(page.folio.lock);
}

/** @kernel unlock_page */
export function* unlockPage(m: Machine, page: Frame): Step<void> {
  yield* m.unlock(page.folio.lock);
}

/** Wait until nobody has the lock of the page. @kernel wait_on_page_locked */
export function* waitOnPageLocked(m: Machine, page: Frame): Step<void> {
  const { lock, name } = page.folio;
  yield* giveCpu(m);
  yield* awaitWord(lock, (held) => held === 0, { op: 'wait_on_page_locked', text: name });
  yield* takeCpu(m);
}

/**
 * Get the lock of the page, or, where the fault may be retried, wait until it is free and answer false: then
 * whatever the fault holds has been dropped, and it starts over. @kernel lock_page_or_retry
 */
export function* lockPageOrRetry(m: Machine, page: Frame, flags: number): Step<boolean> {
  if ((flags & FAULT_FLAG_ALLOW_RETRY) === 0) {
    yield* m.k.lockPage(page);
    return true;
  }
  if (yield* m.k.trylockPage(page)) return true;
  yield* m.k.waitOnPageLocked(page);
  return false;
}

/** @kernel get_page */
export function* getPage(m: Machine, page: Frame): Step<void> {
  yield* m.k.folioRefAdd(page.folio);
}

/** A reference, unless the page is free already. @kernel get_page_unless_zero, folio_try_get */
export function* getPageUnlessZero(m: Machine, page: Frame): Step<boolean> {
  return Boolean(yield* m.k.tryGetFolio(page));
}

/** Give a reference back; the last one frees the page. @kernel put_page */
export function* putPage(m: Machine, page: Frame): Step<void> {
  yield* m.k.folioPut(page);
}

/** Functions that others call by name. */
export const PAGE_LOCK = {
  lockPage,
  trylockPage,
  unlockPage,
  waitOnPageLocked,
  lockPageOrRetry,
  getPage,
  getPageUnlessZero,
  putPage,
} as const;

type PageLockFunctions = typeof PAGE_LOCK;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends PageLockFunctions {}
}
