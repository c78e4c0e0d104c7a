import { type Cell, type FaultSink, write } from '@racewalk/core/step';
import type { AgentSpec, Patch, Scenario, StepView, World } from '@racewalk/machine';
import { defineScenario, FOLL_PIN, FOLL_WRITE, PageFlag, pinned, returns } from '@racewalk/mm';
import { reclaimer } from '../agents/reclaimer.js';
import { mapSwappable, type Swapped } from '../setup.js';

/** A page that reclaim sends to swap, and whether a device holds it. */
interface Pinnable extends Swapped {
  /** 1 once a device has the page by a pin, which it keeps. */
  readonly pin: Cell;
}

const setup = (w: World): Pinnable => ({
  ...mapSwappable(w),
  pin: w.word('pin', 0, (x) => (x === 1 ? 'held by a device' : 'no')),
});

/** Gives the page to a device that will write to it for long. */
const device: AgentSpec<Pinnable> = {
  cpu: 2,
  role: 'kernel',
  note: 'pin_user_pages_fast',
  *run(m, s) {
    // No flush waits for interrupts here, so it is not asked whether they are off.
    const frame = yield* m.k.gupFastPmdRange(s.vma, s.ptep.vpn, FOLL_WRITE | FOLL_PIN);
    if (frame !== null) yield* write(s.pin, 1, `has ${frame.name}`);
  },
};

/** At the end: a page that is pinned is mapped, and exclusive. */
function keepsItsPage(w: World, s: Pinnable, view: StepView, faults: FaultSink): void {
  if (view.get(s.pin) === 0) return;
  const pte = w.entryIn((cell) => view.get(cell), s.ptep);
  const mapped = w.arch.values.ptePresent(pte) && w.arch.values.ptePfn(pte) === s.frame.pfn;
  if (mapped && (view.get(s.frame.cell) & PageFlag.EXCLUSIVE) !== 0) return;
  const what = mapped ? 'is no longer exclusive' : 'is out of the page table';
  faults.fail('OWN', `a device has ${s.frame.name} by a pin, and it ${what}: the next store gets a copy`);
}

/** Asks for pins, and takes the mark, while the entry can still be found. */
const shareBeforeClear: Patch = {
  *tryToUnmapOne(m, folio, vma, address, flags) {
    for (const frame of folio.frames) if (!(yield* m.k.folioTryShareAnonRmapPte(folio, frame))) return false;
    return yield* m.k.tryToUnmapOne(folio, vma, address, flags);
  },
};

/** `gup_fast_pte_range` without the second look. */
const noRecheck: Patch = {
  *gupFastPteRange(m, _pmd, _pmdp, ptep, flags) {
    const pte = yield* m.pte.ptepGetLockless(ptep);
    const page = m.k.pteAccessPermitted(pte, true) ? m.world.frames.at(m.v.ptePfn(pte)) : undefined;
    if (page === undefined || (yield* m.k.tryGrabFolioFast(page, 1, flags)) === null) return null;
    yield* pinned(m, page);
    return page;
  },
};

/** A page goes to swap while a device is given it. */
export const swapVsPin: Scenario = defineScenario<Pinnable>({
  id: 'reclaim/swap-vs-pin',
  title: 'Reclaim sends a page to swap unless a device has it by a pin',
  source:
    'try_to_unmap_one() in the review of seed 004 (November 2023); folio_try_share_anon_rmap_pte(), PageAnonExclusive, Linux 6c287605fd56 (5.19, 2022)',
  about:
    'A device is given a page by a pin that is taken without a lock, and reclaim sends the same page to swap. Can the process lose the page to the device? No. Reclaim empties the entry, asks whether the page may be pinned, and puts the entry back if so. The one who pins takes its reference, then reads the entry again. Whichever comes second notices the first. It takes all three: the question, that it comes after the entry is empty, and the second look. Otherwise the process copies the page at its next store, and the device goes on writing to the old one.',
  invariants: ['OWN', 'UAF'],
  params: { block: 1 },
  setup,
  agents: { reclaim: reclaimer, device },
  finally: keepsItsPage,
  linux: { '6.12': 'upstream' },
  mutants: {
    'pins-unchecked': {
      what: 'reclaim unmaps an exclusive page without asking whether it is pinned',
      breaks: 'OWN',
      why: 'the page goes to swap with the device still at work on it',
      patch: { folioMaybeDmaPinned: returns(false) },
    },
    'share-before-clear': {
      what: 'reclaim asks before it empties the entry',
      breaks: 'OWN',
      why: 'a pin is taken after the question, and the entry is still there when it is looked at again',
      patch: shareBeforeClear,
    },
    'no-recheck': {
      what: 'the one who pins does not look at the entry again once it has its reference',
      breaks: 'OWN',
      why: 'reclaim saw no pin, and emptied the entry between the first look and the reference',
      patch: noRecheck,
    },
  },
});
