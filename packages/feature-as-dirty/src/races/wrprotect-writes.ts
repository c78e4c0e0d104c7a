import { type AtomicBody, atomic, type Cell, type Step, write } from '@racewalk/core/step';
import {
  type AgentSpec,
  type Mutant,
  nothing,
  type Patch,
  REASONS,
  type Scenario,
  type World,
} from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { claimNever, judgeClaim, sample } from '../agents/witness.js';
import { writer } from '../agents/writer.js';
import type { PfnRangeApply } from '../ops/apply-to-pfn-range.js';
import { WRPROTECT_BY_STORE } from '../ops/patches.js';
import { type Device, frameOf, makeDevice } from '../setup.js';

/** A device, when its page held what, and whether a writer had to wait. */
interface Watched extends Device {
  readonly scanned: Cell;
  readonly flushed: Cell;
  /** 1 if a fault found the driver's lock taken. */
  readonly waited: Cell;
  /** Number of the outcome that somebody claims away; 0: none. */
  readonly claimed: Cell;
}

function setup(w: World): Watched {
  const words = { scanned: w.word('scanned'), flushed: w.word('flushed') };
  const s = {
    ...makeDevice(w, { contents: true }),
    ...words,
    waited: w.word('waited'),
    claimed: w.word('claimed'),
  };
  w.binder.replace(watching(s));
  return s;
}

/** The outcomes of the thread. Both may come in one run, of two stores. */
const B1 = 'B1, a writer without a cached translation faults and blocks in mkwrite on the external lock';
const B2 = 'B2, a writer with a cached translation just continues between the scan and the invalidation';

/** No store since the invalidation, while mkwrite is locked out. */
function* checkStill(s: Watched): Step<void> {
  const { data } = frameOf(s, 0);
  const run: AtomicBody = (mem, base, faults) => {
    if (mem[base + data] !== mem[base + s.flushed]) {
      faults.fail(
        'PERM',
        'page 0 was stored to after the invalidation, with no writable entry and mkwrite locked out',
      );
    }
    return 0;
  };
  yield* atomic(
    [data, s.flushed],
    run,
    { text: 'no store since the invalidation?', does: 'observe' },
    { locked: false },
  );
}

/** Looks at the page around each part of the operation, and whether a fault waits. */
const watching = (s: Watched): Patch => ({
  *pageMkwrite(m, external) {
    if (yield* m.trylock(external)) return;
    yield* write(s.waited, 1, 'blocks in mkwrite');
    yield* m.k.pageMkwrite(external);
  },
  *applyToPfnRange(m, closure, address, size) {
    return yield* m.k.applyToPfnRange(scanning(s, closure), address, size);
  },
  *flushTouched(m, aas, vma, clip) {
    yield* m.k.flushTouched(aas, vma, clip);
    yield* sample(s, s.flushed, 'after the invalidation');
  },
});

/** The callback, and a look at the page when it is through. */
const scanning = (s: Watched, closure: PfnRangeApply): PfnRangeApply => ({
  ...closure,
  *ptefn(pte, token, addr) {
    const result = yield* closure.ptefn(pte, token, addr);
    yield* sample(s, s.scanned, 'after the scan');
    return result;
  },
});

/** Write-protects with the lock held, and says that nobody can write any more. */
const driver = (never?: 1 | 2): AgentSpec<Watched> => ({
  cpu: 0,
  role: 'kernel',
  note: 'write-protects',
  *run(m, s) {
    if (never !== undefined) yield* claimNever(s.claimed, never, `B${never}`);
    yield* m.k.lockExternal(s.external);
    yield* m.k.applyAsWrprotect(s.mapping, 0, 1);
    yield* m.completes('read-only', s.vma);
    yield* checkStill(s);
    yield* m.k.unlockExternal(s.external);
  },
});

function never(n: 1 | 2): Mutant<Watched> {
  return {
    what: `somebody claims that B${n} cannot happen`,
    breaks: 'MISS',
    why: n === 1 ? B1 : B2,
    agents: { driver: driver(n) },
  };
}

/** Seed 001: B1 and B2, `apply_as_wrprotect` and the lock that writers wait for. */
export const wrprotectWrites: Scenario = defineScenario<Watched>({
  id: 'as-dirty/wrprotect-writes',
  title: 'Write-protecting a range with one late invalidation, and a lock that mkwrite waits for',
  source:
    'as_dirty helpers thread, 11 June 2019 (seed 001): B1, B2, and the external lock that is assumed to be taken around the operation and in mkwrite()',
  about:
    'Can a driver conclude that nobody can write after a late invalidation? Not if a writer without a cached translation faults and makes the entry writable before it. The author assumes a driver lock, held around the operation and taken in mkwrite(). Then that writer blocks (B1), and a writer with a cached translation continues until the invalidation (B2). The machine agrees: it reaches B1 and B2, finds no writable entry afterwards, and finds every earlier store marked. as-dirty/mkwrite-lock asks how long mkwrite must hold the lock.',
  invariants: ['PERM', 'DIRTY', 'MISS'],
  params: { block: 4 },
  setup,
  agents: { driver: driver(), user: writer({ mkwrite: true }) },
  finally(_w, s, view, faults) {
    if (view.get(s.waited) !== 0) judgeClaim(view, faults, s.claimed, 1, B1);
    if (view.get(s.flushed) !== view.get(s.scanned)) judgeClaim(view, faults, s.claimed, 2, B2);
  },
  linux: { '5.2+as-dirty-v4': 'upstream' },
  mutants: {
    'no-external-lock': {
      what: 'mkwrite takes no lock',
      breaks: 'PERM',
      why: 'the fault makes the entry writable again between the scan and the moment at which the driver says that it is not',
      patch: { pageMkwrite: nothing, faultDirtySharedPage: nothing },
      only: ['user'],
    },
    'no-flush': {
      what: 'the range is not invalidated',
      breaks: 'PERM',
      why: 'a cached translation still permits stores',
      patch: { flushTlbRange: nothing },
      within: 'applyAsRange',
    },
    'wrprotect-by-store': {
      what: 'an entry is write-protected by a read and a plain store',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty between the two, and the store takes it back',
      unless: REASONS.softwareDirty,
      patch: WRPROTECT_BY_STORE,
      within: 'applyPtWrprotect',
    },
    'never-b1': never(1),
    'never-b2': never(2),
  },
});
