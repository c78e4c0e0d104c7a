import { nothing, REASONS, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';
import { clean } from '../agents/driver.js';
import { passer, passes, protect, takeAll } from '../agents/protector.js';
import { writer } from '../agents/writer.js';
import { NO_KERNEL_TLBS } from '../less.js';
import { WRPROTECT_BY_STORE } from '../ops/patches.js';
import { type Device, makeDevice } from '../setup.js';

/** One page, mapped by the device's own area, and by one that the address_space does not know. */
function setup(w: World): Device {
  const device = makeDevice(w, { foreign: 1 });
  const foreign = w.vma({ pages: 1, shared: true, name: 'foreign' });
  linux(w).mapFolio(foreign, device.memory, { young: true });
  return { ...device, vmas: [...device.vmas, foreign] };
}

/** The two halves in the wrong order. */
const cleansFirst = passes(function* (m, s) {
  const recorded = yield* clean(m, s);
  yield* protect(m, s);
  yield* takeAll(m, s, recorded);
});

/** Seed 001: what the comment of `apply_as_clean` tells a caller who needs everything. */
export const wrprotectThenClean: Scenario = defineScenario<Device>({
  id: 'as-dirty/wrprotect-then-clean',
  title: 'Write-protect, keep new writers in page_mkwrite, then clean: does that pick up everything?',
  source:
    'comment of apply_as_clean(), version 4, 11 June 2019 (seed 001): "pick up all dirty bits" and "none additional are added"',
  about:
    'Cleaning alone leaves pages that become dirty meanwhile to the next round. A caller that needs exactly the dirty pages is told to write-protect first, so that new writers wait in page_mkwrite(), and then to clean. Is the recipe right? Yes. Here the driver holds its lock over both, checks that every earlier store has its bit, copies, and checks that no store comes later. All parts are needed: the lock, the order, and the exchange of the entry. The address_space must also own its memory, so that no other entry maps a page.',
  invariants: ['MISS', 'DIRTY'],
  params: { block: 4 },
  less: [NO_KERNEL_TLBS],
  setup,
  agents: { driver: passer, user: writer({ mkwrite: true }) },
  linux: { '5.2+as-dirty-v4': 'upstream' },
  mutants: {
    'no-external-lock': {
      what: 'mkwrite takes no lock',
      breaks: 'MISS',
      why: 'the entry is writable again before the pass is over',
      patch: { pageMkwrite: nothing, faultDirtySharedPage: nothing },
      only: ['user'],
    },
    'clean-first': {
      what: 'the range is cleaned, then write-protected',
      breaks: 'MISS',
      why: 'a page may be written between the two',
      agents: { driver: cleansFirst },
    },
    'wrprotect-by-store': {
      what: 'an entry is write-protected by a read and a plain store',
      breaks: 'MISS',
      why: 'the hardware sets dirty between the two, and the store takes it back',
      unless: REASONS.softwareDirty,
      patch: WRPROTECT_BY_STORE,
      within: 'applyPtWrprotect',
    },
    'mapped-elsewhere': {
      what: 'a process has the page through a mapping that the address_space does not know',
      breaks: 'MISS',
      why: 'its entry is neither write-protected nor cleaned: the address_space does not own its memory',
      agents: { user: writer({ area: 1 }) },
    },
  },
});
