import type { AgentSpec } from '@racewalk/machine';
import { freePage, TlbUbc } from '@racewalk/mm';
import type { Move } from '../setup.js';

/** Reclaim with its flush put off: unmap, and only in the end invalidate and free. */
export const batchedReclaim: AgentSpec<Move> = {
  cpu: 2,
  role: 'kernel',
  note: 'TTU_BATCH_FLUSH',
  *run(m, s) {
    const batch = new TlbUbc(m);
    const unmapped = yield* m.k.tryToUnmap(s.folio, [s.old, s.to], { batch });
    const free = unmapped && (yield* m.k.folioRefFreeze(s.folio, 1));
    yield* batch.tryToUnmapFlush();
    if (free) for (const frame of s.folio.frames) yield* freePage(m, frame);
  },
};
