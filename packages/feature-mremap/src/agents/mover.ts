import type { AgentSpec } from '@racewalk/machine';
import type { Move } from '../setup.js';

/** How a mover differs from one that keeps walkers away by their order alone. */
export interface MoverOptions {
  readonly needRmapLocks?: boolean;
  /** Say that the old address is free. Default true. */
  readonly promise?: boolean;
}

/** `mremap` of the whole area; when it is through, nobody reaches the folio by the old address. */
export function mover(options: MoverOptions = {}): AgentSpec<Move> {
  const { needRmapLocks = false, promise = true } = options;
  return {
    cpu: 0,
    role: 'kernel',
    note: 'mremap',
    *run(m, s) {
      yield* m.k.mremap(s.old, s.to, needRmapLocks);
      if (promise) yield* m.completes('unmapped', s.old);
    },
  };
}
