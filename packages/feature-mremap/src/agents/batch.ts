import type { AgentSpec } from '@racewalk/machine';
import { freePage, TTU_BATCH_FLUSH } from '@racewalk/mm';
import type { Move } from '../setup.js';

/** Reclaim with its flush put off: unmap, and only in the end invalidate and free. */
export const batchedReclaim: AgentSpec<Move> = {
  cpu: 2,
  role: 'kernel',
  note: 'TTU_BATCH_FLUSH',
  *run(m, s) {
    yield* m.k.tryToUnmap(s.folio, TTU_BATCH_FLUSH);
    const free = !(yield* m.k.folioMapped(s.folio)) && (yield* m.k.folioRefFreeze(s.folio, 1));
    yield* m.k.tryToUnmapFlush();
    if (free) for (const frame of s.folio.frames) yield* freePage(m, frame);
  },
};
