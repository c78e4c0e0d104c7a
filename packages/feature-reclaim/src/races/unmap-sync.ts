import { addrOf } from '@racewalk/core';
import type { AgentSpec, Scenario } from '@racewalk/machine';
import { defineScenario, expectNotMapped, TTU_SYNC } from '@racewalk/mm';
import { type Mapped, mapPage } from '../setup.js';

/** Empties the entry, and gives the mapping up a moment later; both under the page-table lock. */
const zap: AgentSpec<Mapped> = {
  cpu: 1,
  role: 'kernel',
  note: 'MADV_DONTNEED',
  *run(m, s) {
    yield* m.k.madviseDontneedSingleVma(s.vma, addrOf(s.vma.start), addrOf(s.vma.end));
  },
};

/** Unmaps and relies on that, as the split of a large folio does. */
const unmap: AgentSpec<Mapped> = {
  cpu: 0,
  role: 'kernel',
  note: 'try_to_unmap, TTU_SYNC',
  *run(m, s) {
    yield* m.k.tryToUnmap(s.folio, TTU_SYNC);
    yield* expectNotMapped(s.folio, 'RMAP', 'every entry was looked at');
  },
};

/** A walk of the reverse map passes an entry that is empty for the moment. */
export const unmapSync: Scenario = defineScenario<Mapped>({
  id: 'reclaim/unmap-sync',
  title: 'try_to_unmap looks at an entry between its clearing and the end of its mapping',
  source:
    'page_vma_mapped_walk() under try_to_unmap_one(), case 3 of the review of seed 004 (November 2023); TTU_SYNC, Linux 732ed55823fc (5.13, 2021)',
  about:
    "A walk of the reverse map first reads an entry without the lock and skips it if it is empty. Another thread may have emptied it without having lowered the map count. Does that matter? The walk's caller believes that nobody maps the folio but finds a map count above zero. Reclaim checks the count, so it is harmless there; the split of a large folio asserts that it is zero. A caller that must be certain takes the lock before the first read. The machine finds the contradiction only without the lock.",
  invariants: ['RMAP'],
  params: { block: 1 },
  setup: (w) => mapPage(w, { file: true }),
  agents: { unmap, zap },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-sync': {
      what: 'the walk passes entries that look empty without taking the lock',
      breaks: 'RMAP',
      why: 'the entry is empty and its mapping is still counted',
      patch: { tryToUnmap: (m, folio) => m.k.tryToUnmap(folio, 0) },
    },
  },
});
