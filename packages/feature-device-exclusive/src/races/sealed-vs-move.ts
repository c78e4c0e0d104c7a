import { type Cell, write } from '@racewalk/core/step';
import type { AgentSpec, Scenario, World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { dmirrorExclusive, type MakeExclusive, makeRange } from '../agents/driver.js';
import { FAULTS_IN, type Moving, movingSetup, uffdioMove } from '../agents/move.js';
import { HMM_EXCLUSIVE, sealed } from '../ops/hmm-exclusive-range.js';

/** The move, and a word that says whether the device got its page. */
interface Sealing extends Moving {
  readonly got: Cell;
}

function sealingSetup(w: World): Sealing {
  w.binder.add(HMM_EXCLUSIVE);
  const s = movingSetup(w);
  w.binder.replace(FAULTS_IN);
  return { ...s, got: w.word('got its page') };
}

/** Gets the page for the device, uses it, and says whether that worked. */
const gpu = (make: MakeExclusive): AgentSpec<Sealing> => ({
  cpu: 8,
  role: 'device',
  note: 'driver, then an atomic',
  *run(m, s) {
    const got = yield* dmirrorExclusive(m, s, make);
    if (!got) return;
    yield* s.gpu.access(m, 0, 'atomic');
    yield* write(s.got, 1, 'the device has had its page');
  },
});

/** Seed 002: sealing during the first walk. */
export const sealedVsMove: Scenario = defineScenario<Sealing>({
  id: 'device-exclusive/sealed-vs-move',
  title: 'Sealing the entry during the first walk never loses a page to a replacement',
  source:
    'Reply to "mm: Device exclusive memory access" v8, May 2021 (seed 002): could the first walk lock the page and change the entry along the way?',
  about:
    'The form requested in review finds the page, locks it and removes the wanted mapping under one page-table lock. Only then does it look for other mappings. Is it safe without comparing addresses? Yes: nothing can replace the page in between, and the walk finds any earlier replacement. It was said that the merged form fails more often, because a page may be replaced between get_user_pages and the walk. The machine confirms both. The sealed form always returns the page behind the address; the merged form returns nothing if the page moved in between.',
  invariants: ['MISS', 'OWN'],
  params: { block: 4 },
  setup: sealingSetup,
  agents: { gpu: gpu(sealed), move: uffdioMove },
  finally: (_w, { got }, view, faults) => {
    if (view.get(got) === 0) faults.fail('MISS', 'the address has a page, and the device did not get it');
  },
  linux: { '5.14': 'upstream' },
  mutants: {
    'gup-first': {
      what: 'all pages are found first and sealed later, as merged; it even waits for the lock of the page',
      breaks: 'MISS',
      why: 'the page found has moved, so the call comes back without one although the address can have one',
      agents: { gpu: gpu(makeRange) },
      patch: {
        *trylockPage(m, page) {
          yield* m.k.lockPage(page);
          return true;
        },
      },
      within: 'makeDeviceExclusiveRange',
    },
  },
});
