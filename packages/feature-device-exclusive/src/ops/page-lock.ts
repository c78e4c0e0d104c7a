/** Locks, references and marks of a page, under the names the thread uses. */
import { atomic, awaitWord, or, type Step } from '@racewalk/core/step';
import { type Frame, FrameFlag, type Machine } from '@racewalk/machine';
import { PageFlag } from '@racewalk/mm';

/** Whoever has, or wants, the lock of a page needs the page to be one: a free page has no lock. */
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

/** Wait for the page's lock. @kernel lock_page */
export function* lockPage(m: Machine, page: Frame): Step<void> {
  yield* m.lock(page.folio.lock);
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

/** What a fault may do about a lock it does not get. */
export interface FaultFlags {
  /** Give up and let the access fault again. @kernel FAULT_FLAG_ALLOW_RETRY */
  readonly allowRetry?: boolean;
}

/**
 * Get the lock of the page, or, where the fault may be retried, wait until it is free and answer false:
 * then whatever the fault holds has been dropped, and it starts over. @kernel lock_page_or_retry
 */
export function* lockPageOrRetry(m: Machine, page: Frame, flags: FaultFlags): Step<boolean> {
  if (!flags.allowRetry) {
    yield* lockPage(m, page);
    return true;
  }
  if (yield* trylockPage(m, page)) return true;
  yield* awaitWord(page.folio.lock, (held) => held === 0, {
    op: 'wait_on_page_locked',
    text: page.folio.name,
  });
  return false;
}

/** @kernel get_page */
export function* getPage(m: Machine, page: Frame): Step<void> {
  yield* m.k.folioRefAdd(page.folio);
}

/** A reference, unless the page is free already. @kernel folio_try_get */
export function* tryGetPage(m: Machine, page: Frame): Step<boolean> {
  return (yield* m.k.tryGetFolio(page)) !== null;
}

/** Give a reference back; the last one frees the page. @kernel put_page */
export function* putPage(m: Machine, page: Frame): Step<void> {
  yield* m.k.folioPut(page);
}

/** Note that a locked area maps the page. @kernel mlock_vma_page */
export function* mlockVmaPage(page: Frame): Step<void> {
  yield* or(page.cell, PageFlag.MLOCKED, { op: 'mlock_vma_page', text: page.name });
}
