import { nothing, REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario, swappedFault } from '@racewalk/mm';
import { reclaimer } from '../agents/reclaimer.js';
import { storesAndReads } from '../agents/users.js';
import { readsBack } from '../ends.js';
import { DIRTY_BEFORE_CLEAR } from '../ops/unmap-variants.js';
import { mapSwappable, type Swapped } from '../setup.js';

/** A page goes to swap and comes back while its owner stores to it. */
export const unmapOne: Scenario = defineScenario<Swapped>({
  id: 'reclaim/unmap-one',
  title: 'try_to_unmap_one hands the dirty state over; the page goes to swap and comes back',
  source:
    'Transparent contiguous PTEs, v2, November 2023 (seed 004), case 3 of the review: try_to_unmap_one(); here from the first look to the swap-in',
  about:
    'Reclaim empties the entry, sets a swap entry, and asks the folio whether it must be written: a clean page with a copy in swap is dropped. Can a store be lost? No, if every flag recorded until the entry was emptied reaches the folio. A CPU stores at any time, faults if it is too late, and gets the page back from the swap cache or the slot. Finally it reads what it stored, in every schedule. It reads the old contents if dirty is taken from a read before the entry was emptied, or not at all.',
  invariants: ['DIRTY', 'UAF'],
  params: { block: 1, batched: false },
  setup: (w) => mapSwappable(w),
  agents: { reclaim: reclaimer, user: storesAndReads(swappedFault) },
  finally: readsBack('DIRTY', 'the user'),
  linux: { '6.12': 'upstream' },
  mutants: {
    'dirty-before-clear': {
      what: 'whether the page is dirty is decided by a look before the entry is emptied',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty after the look, and the value that says so is thrown away',
      unless: REASONS.softwareDirty,
      patch: DIRTY_BEFORE_CLEAR,
      within: 'tryToUnmapOne',
    },
    'dirty-dropped': {
      what: 'the folio is not told that the entry was dirty',
      breaks: 'DIRTY',
      why: 'a folio that counts as clean is dropped without being written',
      patch: { folioMarkDirty: nothing },
      within: 'tryToUnmapOne',
    },
  },
});
