/** Those who reach the folio by the reverse map, without the mmap lock. */
import type { AgentSpec } from '@racewalk/machine';
import { expectNotMapped, freePage, startWriteout, TTU_SYNC } from '@racewalk/mm';
import type { Move } from '../setup.js';

/** Writeback: every mapping clean and read-only, so nobody stores unseen; then the page is written out. */
export const writeback: AgentSpec<Move> = {
  cpu: 2,
  role: 'kernel',
  note: 'folio_clear_dirty_for_io',
  *run(m, s) {
    if (yield* m.k.folioMkclean(s.folio)) yield* m.k.folioMarkDirty(s.folio);
    yield* m.completes('read-only', s.old);
    yield* m.completes('read-only', s.to);
    yield* startWriteout(s.folio);
  },
};

/** Reclaim: takes the folio from its mappings and gives the page back, unless somebody still holds it. */
export const reclaim: AgentSpec<Move> = {
  cpu: 2,
  role: 'kernel',
  note: 'try_to_unmap',
  *run(m, s) {
    yield* m.k.tryToUnmap(s.folio, 0);
    if (yield* m.k.folioMapped(s.folio)) return;
    if (!(yield* m.k.folioRefFreeze(s.folio, 1))) return;
    for (const frame of s.folio.frames) yield* freePage(m, frame);
  },
};

/** Truncation: takes the folio from all areas that map the file, and relies on that. */
export const truncate: AgentSpec<Move> = {
  cpu: 2,
  role: 'kernel',
  note: 'unmap_mapping_folio',
  *run(m, s) {
    yield* m.k.tryToUnmap(s.folio, TTU_SYNC);
    yield* expectNotMapped(s.folio, 'MISS', 'the walk went through every area that may map it');
  },
};
