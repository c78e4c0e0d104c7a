/**
 * The write fault on a shared mapping whose driver wants to know: `page_mkwrite`, `pfn_mkwrite`.
 * @kernel mm/memory.c of 2019
 */
import { type Cell, type Step, write } from '@racewalk/core/step';
import type { Fault, FaultHandler, FaultOutcome, Machine } from '@racewalk/machine';
import type { FoundFault } from '@racewalk/mm';

/** What the driver's part of the fault does, and for how long it excludes others. */
export interface MkwriteRules {
  /** The lock that the driver takes here and around its own operation; absent: none. */
  readonly external?: Cell;
  /**
   * Whether it is kept until the entry is writable (as with `page_mkwrite`, which returns with its page
   * locked) or given back by `pfn_mkwrite` before that. Default until writable.
   */
  readonly until?: 'writable' | 'mkwrite';
  /** Set to 1 if the fault had to wait for the lock. */
  readonly waited?: Cell;
}

/**
 * The driver's callback, returning with its lock held; says so in `waited` if it had to wait for it.
 * @kernel vm_operations_struct.page_mkwrite
 */
export function* pageMkwrite(m: Machine, external: Cell, waited: Cell | undefined): Step<void> {
  if (waited === undefined) {
    yield* m.lock(external);
    return;
  }
  if (yield* m.trylock(external)) return;
  yield* write(waited, 1, 'blocks in mkwrite');
  yield* m.lock(external);
}

/** The driver's callback, with its lock given back at the end. @kernel vm_operations_struct.pfn_mkwrite */
export function* pfnMkwrite(m: Machine, external: Cell, waited: Cell | undefined): Step<void> {
  yield* pageMkwrite(m, external, waited);
  yield* m.unlock(external);
}

/** The driver's callback, from taking its lock to giving it back, with the rest of the fault where it belongs. */
function* wpPfnShared(m: Machine, fault: FoundFault, rules: MkwriteRules): Step<void> {
  const { external } = rules;
  if (external === undefined) {
    yield* m.k.finishMkwriteFault(fault);
    return;
  }
  if (rules.until === 'mkwrite') {
    yield* pfnMkwrite(m, external, rules.waited);
    yield* m.k.finishMkwriteFault(fault);
    return;
  }
  yield* pageMkwrite(m, external, rules.waited);
  yield* m.k.finishMkwriteFault(fault);
  yield* m.unlock(external);
}

/**
 * `do_wp_page` for such a mapping: a store to a present entry that is not writable asks the driver, and
 * the access is tried again. Other faults go to the ordinary handler.
 *
 * @kernel wp_pfn_shared
 */
export function mkwriteHandler(rules: MkwriteRules): FaultHandler {
  return function* (m: Machine, fault: Fault): Step<FaultOutcome> {
    if (fault.access !== 'store') return 'default';
    const { ptep } = fault;
    yield* m.pteOffsetMapLock(ptep.table);
    const origPte = yield* m.pte.ptepGet(ptep);
    yield* m.pteUnmapUnlock(ptep.table);
    if (!m.v.ptePresent(origPte) || m.v.pteWrite(origPte)) return 'default';
    yield* wpPfnShared(m, { ...fault, origPte }, rules);
    return 'retry';
  };
}
