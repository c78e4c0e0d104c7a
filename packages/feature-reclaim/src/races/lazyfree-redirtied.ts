import { REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario, swappedFault } from '@racewalk/mm';
import { reclaimer } from '../agents/reclaimer.js';
import { storesAndReads } from '../agents/users.js';
import { readsBack } from '../ends.js';
import { DIRTY_BEFORE_CLEAR, DIRTY_UNCHECKED } from '../ops/unmap-variants.js';
import { mapSwappable, type Swapped } from '../setup.js';

/** A page that was given up is written to again. */
export const lazyfreeRedirtied: Scenario = defineScenario<Swapped>({
  id: 'reclaim/lazyfree-redirtied',
  title: 'Reclaim drops a lazily freed page unless somebody stored to it again',
  source:
    'MADV_FREE in try_to_unmap_one(), which the review of seed 004 goes through (November 2023); Linux 4.5 (2016)',
  about:
    "After MADV_FREE a page is clean, and reclaim may drop it unwritten, so that the next access reads zeros. A store makes it dirty and must save it. Can the store be lost? No: reclaim first empties the entry, then checks dirty, and restores the entry if the page is dirty. A CPU stores to the page and reads it back. The store reaches either the old page, which stays, or a new one. It never reads zeros, with reclaim's deferred flush. Checking before the entry is emptied, or never, loses the store.",
  invariants: ['DIRTY', 'UAF'],
  params: { block: 1 },
  less: [
    {
      hardware: 'severalTranslations',
      why: 'that a CPU goes back to the old page after it has used the new one is a question of the deferred flush, not of dirty',
    },
  ],
  setup: (w) => mapSwappable(w, { lazyfree: true }),
  agents: { reclaim: reclaimer, user: storesAndReads(swappedFault) },
  finally: readsBack('DIRTY', 'the user'),
  linux: { '6.12': 'upstream' },
  mutants: {
    'dirty-before-clear': {
      what: 'whether the page is dirty is decided by a look before the entry is emptied',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty after the look, and the page is dropped with what was stored',
      unless: REASONS.softwareDirty,
      patch: DIRTY_BEFORE_CLEAR,
      within: 'tryToUnmapOne',
    },
    'dirty-unchecked': {
      what: 'the page is dropped if nobody else uses it, dirty or not',
      breaks: 'DIRTY',
      why: 'the store was noted, and nobody looks',
      patch: DIRTY_UNCHECKED,
    },
  },
});
