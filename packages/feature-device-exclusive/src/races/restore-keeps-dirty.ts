import type { FunctionTable, Patch, Scenario, World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { dmirrorExclusive } from '../agents/driver.js';
import { atomics } from '../agents/gpu.js';
import { user } from '../agents/user.js';
import { entriesRemember, type Setup, setup } from '../setup.js';
import { LOOK_UP_MARKS_NOTHING, RESTORES_CLEAN } from './remembering.js';

const SOURCE =
  'restore_exclusive_pte() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): maybe_mkwrite(pte_mkdirty(pte), vma)';

/** The process has a page it has only read; the kernel runs `patch` in every variant. */
const readPage =
  (patch: Patch) =>
  (w: World): Setup => {
    const s = setup(w, { has: 'process', map: { dirty: false } });
    entriesRemember(w);
    w.binder.replace(patch as FunctionTable, {});
    return s;
  };

const agents = {
  gpu: atomics(1, (m, s: Setup) => dmirrorExclusive(m, s)),
  user: user<Setup>(1, ['load']),
};

/** What the device wrote, remembered by the entry alone. */
export const restoreKeepsDirty: Scenario = defineScenario<Setup>({
  id: 'device-exclusive/restore-keeps-dirty',
  title: 'Only the restored entry speaks for what the device has written',
  source: SOURCE,
  about:
    'A device writes without setting a flag in any CPU entry. In Linux the page itself is dirty before the device gets it, because get_user_pages() marks it. Here it does not, to see what the restored entry is good for. A writable device-exclusive entry means that the page may have been written, so the restored one is dirty. That alone is enough. Restored clean, the store is forgotten: then nobody knows of it.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  setup: readPage(LOOK_UP_MARKS_NOTHING),
  agents,
  mutants: {
    'restores-clean': {
      what: 'the entry comes back clean, as one that was only read',
      breaks: 'DIRTY',
      why: 'the look-up has not marked the page, and what the device wrote is remembered by nobody',
      patch: RESTORES_CLEAN,
    },
  },
});

/** What the device wrote, remembered by the page alone. */
export const pageKeepsDirty: Scenario = defineScenario<Setup>({
  id: 'device-exclusive/page-keeps-dirty',
  title: 'An entry is restored clean after a device has written',
  source: SOURCE,
  about:
    'Does the store of a device depend on the dirty bit of the restored entry? Not in Linux. The page was looked up to be written, so get_user_pages() marked it dirty if its entry was clean; if the entry was dirty, try_to_protect_one() passes that on. So here entries are restored clean, and no store is forgotten. It is forgotten if the look-up marks nothing, too: one of the two has to remember.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  setup: readPage(RESTORES_CLEAN),
  agents,
  mutants: {
    'look-up-marks-nothing': {
      what: 'get_user_pages() leaves the page clean (no FOLL_TOUCH)',
      breaks: 'DIRTY',
      why: 'neither the page nor the restored entry is dirty',
      patch: LOOK_UP_MARKS_NOTHING,
    },
  },
});
