import type { AgentSpec } from '@racewalk/machine';
import { type ZapNotify, zapPageRangeSingle } from '../ops/zap.js';
import type { Setup } from '../setup.js';

/** Throws the page away. @kernel madvise(MADV_DONTNEED) */
export function dontneed<S extends Setup>(notify: ZapNotify = 'before'): AgentSpec<S> {
  return {
    cpu: 0,
    role: 'kernel',
    note: 'MADV_DONTNEED',
    *run(m, s) {
      yield* zapPageRangeSingle(m, s.place, notify);
    },
  };
}
