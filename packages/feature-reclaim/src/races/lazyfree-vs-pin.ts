import { type FaultSink, write } from '@racewalk/core/step';
import type { AgentSpec, Patch, Scenario, StepView, World } from '@racewalk/machine';
import { defineScenario, FOLL_GET, FOLL_WRITE, pinned, storeHeld } from '@racewalk/mm';
import { reclaimer } from '../agents/reclaimer.js';
import { DIRTY_BEFORE_REFS, REFS_BEFORE_CLEAR, REFS_UNCHECKED } from '../ops/unmap-variants.js';
import { mapSwappable, STORED, type Swapped } from '../setup.js';

/** A direct read: the device fills the page, which is held by reference meanwhile. */
const directRead: AgentSpec<Swapped> = {
  cpu: 2,
  role: 'kernel',
  note: 'direct I/O into the page',
  *run(m, s) {
    // No flush waits for interrupts here, so it is not asked whether they are off.
    const frame = yield* m.k.gupFastPmdRange(s.vma, s.ptep.vpn, FOLL_WRITE | FOLL_GET);
    // The slow path would fault a page in, and take its lock.
    if (frame === null) return;
    yield* storeHeld(m, { vma: s.vma, vpn: s.ptep.vpn, frame }, STORED);
    yield* m.k.folioMarkDirty(frame.folio);
    yield* write(s.seen, STORED, 'the read is complete');
    yield* m.k.folioPut(frame);
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

/** At the end: if the read is complete, the process has the page it went to. */
function stillMapped(w: World, s: Swapped, view: StepView, faults: FaultSink): void {
  if (view.get(s.seen) !== STORED) return;
  const pte = w.entryIn((cell) => view.get(cell), s.ptep);
  if (w.arch.values.ptePresent(pte) && w.arch.values.ptePfn(pte) === s.frame.pfn) return;
  faults.fail('DIRTY', `a read into ${s.frame.name} is complete, and the process has lost that page`);
}

/** A lazily freed page is the target of a direct read. */
export const lazyfreeVsPin: Scenario = defineScenario<Swapped>({
  id: 'reclaim/lazyfree-vs-pin',
  title: 'Reclaim drops a lazily freed page unless a device reads into it',
  source:
    'MADV_FREE reclaim against direct I/O, Linux 6c8e2a256915 (5.18, 2022); the rules of a lockless reference are those of gup_fast in seed 003',
  about:
    'A direct read takes a reference without a lock, fills the page, marks it dirty and drops the reference. Reclaim sees a clean page until the end. Can it drop the data? No: reclaim empties the entry, compares references with mappings, then checks dirty. The reader takes its reference, then reads the entry again. Whichever comes second notices the first. Reclaim checks dirty after references, because the reader marks the page before it drops its reference. All four orders are needed: if one is omitted or reversed, the process gets zeros instead of the data it read.',
  invariants: ['DIRTY', 'UAF'],
  params: { block: 1 },
  setup: (w) => mapSwappable(w, { lazyfree: true }),
  agents: { reclaim: reclaimer, read: directRead },
  finally: stillMapped,
  linux: { '6.12': 'upstream' },
  mutants: {
    'refs-unchecked': {
      what: 'reclaim drops a clean page without counting references',
      breaks: 'DIRTY',
      why: 'the device has not written yet, or nobody has said so',
      patch: REFS_UNCHECKED,
    },
    'refs-before-clear': {
      what: 'reclaim counts references before it empties the entry',
      breaks: 'DIRTY',
      why: 'a reference is taken after the count, and the entry is still there when it is looked at again',
      patch: REFS_BEFORE_CLEAR,
    },
    'dirty-before-refs': {
      what: 'reclaim looks for dirty before it counts references',
      breaks: 'DIRTY',
      why: 'between the two the reader marks the page dirty and lets go',
      patch: DIRTY_BEFORE_REFS,
    },
    'no-recheck': {
      what: 'the direct read does not look at the entry again once it has its reference',
      breaks: 'DIRTY',
      why: 'the page it holds was dropped between the first look and the reference',
      patch: noRecheck,
    },
  },
});
