import { addrOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Machine } from '@racewalk/machine';
import type { Move } from '../setup.js';

/** How a mover differs from one that keeps walkers away by their order alone. */
export interface MoverOptions {
  readonly needRmapLocks?: boolean;
  /** Say that the old address is free. Default true. */
  readonly promise?: boolean;
}

/** The system call, for a whole area and a place that is free. @kernel mremap */
export function* mremap(m: Machine, old: Vma, to: Vma, needRmapLocks = false): Step<void> {
  const len = addrOf(old.end - old.start);
  yield* m.k.mmapWriteLock(old.mm);
  yield* m.k.movePageTables(old, addrOf(old.start), to, addrOf(to.start), len, needRmapLocks);
  yield* m.k.mmapWriteUnlock(old.mm);
}

/** `mremap` of the whole area; when it is through, nobody reaches the folio by the old address. */
export function mover(options: MoverOptions = {}): AgentSpec<Move> {
  const { needRmapLocks = false, promise = true } = options;
  return {
    cpu: 0,
    role: 'kernel',
    note: 'mremap',
    *run(m, s) {
      yield* mremap(m, s.old, s.to, needRmapLocks);
      if (promise) yield* m.completes('unmapped', s.old);
    },
  };
}
