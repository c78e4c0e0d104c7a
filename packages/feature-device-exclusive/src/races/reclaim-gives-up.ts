import type { AgentSpec, Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { atomics } from '../agents/gpu.js';
import { user } from '../agents/user.js';
import { type Setup, setup } from '../setup.js';

/** Isolates the page, and tries to free it. */
const reclaim: AgentSpec<Setup> = {
  cpu: 0,
  role: 'kernel',
  note: 'reclaim',
  *run(m, { page }) {
    if (!(yield* m.k.getPageUnlessZero(page))) return;
    yield* m.k.shrinkInactiveList([page.folio]);
  },
};

// biome-ignore lint/correctness/useYield: nobody looks
function* yes() {
  return true;
}

/** Race F2: not mapped, and not free for the taking. */
export const reclaimGivesUp: Scenario = defineScenario<Setup>({
  id: 'device-exclusive/reclaim-gives-up',
  title: 'Reclaim finds a page that is mapped nowhere and has a reference too many',
  source:
    'page_remove_rmap() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): the reference stays, the mapping is not counted (race F2)',
  about:
    'Making a page exclusive lowers its map count and keeps its reference, which now belongs to the entry. Reclaim sees an unmapped page. Does it free it? No: it compares counts, finds one reference too many, and gives up. So a page that a device has exclusively cannot be reclaimed, migrated or split. That is safe, and it is why a later rework counts the entry as a mapping. A reclaim that trusts the map count alone frees the page while the device uses it.',
  invariants: ['UAF'],
  params: { block: 4 },
  setup: (w) => setup(w, { has: 'device' }),
  agents: { reclaim, gpu: atomics(), user: user(1, ['load']) },
  mutants: {
    'trusts-mapcount': {
      what: 'a page that is mapped nowhere is taken without a look at its references',
      breaks: 'UAF',
      why: 'the entry and the device still have it',
      patch: { folioRefFreeze: yes },
    },
  },
});
