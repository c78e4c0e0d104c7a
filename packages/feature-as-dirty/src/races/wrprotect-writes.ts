import { type AtomicBody, atomic, type Cell, type Step } from '@racewalk/core/step';
import {
  type AgentSpec,
  type Machine,
  type Mutant,
  REASONS,
  type Scenario,
  type World,
} from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { wrprotectByStore } from '../agents/protector.js';
import { claimNever, judgeClaim, sample } from '../agents/witness.js';
import { writer } from '../agents/writer.js';
import type { AsRules } from '../ops/apply-as.js';
import type { MkwriteRules } from '../ops/pfn-mkwrite.js';
import { applyAsWrprotect, applyPtWrprotect, type WrprotectPte } from '../ops/wrprotect.js';
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
  return {
    ...makeDevice(w, { contents: true }),
    ...words,
    waited: w.word('waited'),
    claimed: w.word('claimed'),
  };
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

/** How the driver differs from the plain one. */
interface Plan {
  readonly rules?: AsRules;
  readonly wrprotect?: WrprotectPte;
  readonly never?: 1 | 2;
}

/** Write-protects with the lock held, and says that nobody can write any more. */
function driver({ rules = {}, wrprotect = applyPtWrprotect, never }: Plan = {}): AgentSpec<Watched> {
  function* protect(m: Machine, s: Watched): Step<void> {
    const leaf: WrprotectPte = function* (...args) {
      const result = yield* wrprotect(...args);
      yield* sample(s, s.scanned, 'after the scan');
      return result;
    };
    const watched: AsRules = { ...rules, afterFlush: () => sample(s, s.flushed, 'after the invalidation') };
    yield* applyAsWrprotect(m, s.mapping, 0, 1, watched, leaf);
    yield* m.completes('read-only', s.vma);
    yield* checkStill(s);
  }
  return {
    cpu: 0,
    role: 'kernel',
    note: 'write-protects',
    *run(m, s) {
      if (never !== undefined) yield* claimNever(s.claimed, never, `B${never}`);
      yield* m.lock(s.external);
      yield* protect(m, s);
      yield* m.unlock(s.external);
    },
  };
}

const user = (rules: (s: Watched) => MkwriteRules): AgentSpec<Watched> => ({
  ...writer(),
  run: (m, s) => writer<Watched>({ mkwrite: () => rules(s) }).run(m, s),
});

function never(n: 1 | 2): Mutant<Watched> {
  return {
    what: `somebody claims that B${n} cannot happen`,
    breaks: 'MISS',
    why: n === 1 ? B1 : B2,
    agents: { driver: driver({ never: n }) },
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
  agents: { driver: driver(), user: user((s) => ({ external: s.external, waited: s.waited })) },
  finally(_w, s, view, faults) {
    if (view.get(s.waited) !== 0) judgeClaim(view, faults, s.claimed, 1, B1);
    if (view.get(s.flushed) !== view.get(s.scanned)) judgeClaim(view, faults, s.claimed, 2, B2);
  },
  mutants: {
    'no-external-lock': {
      what: 'mkwrite takes no lock',
      breaks: 'PERM',
      why: 'the fault makes the entry writable again between the scan and the moment at which the driver says that it is not',
      agents: { user: user(() => ({})) },
    },
    'no-flush': {
      what: 'the range is not invalidated',
      breaks: 'PERM',
      why: 'a cached translation still permits stores',
      agents: { driver: driver({ rules: { flush: 'never' } }) },
    },
    'wrprotect-by-store': {
      what: 'an entry is write-protected by a read and a plain store',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty between the two, and the store takes it back',
      unless: REASONS.softwareDirty,
      agents: { driver: driver({ wrprotect: wrprotectByStore }) },
    },
    'never-b1': never(1),
    'never-b2': never(2),
  },
});
