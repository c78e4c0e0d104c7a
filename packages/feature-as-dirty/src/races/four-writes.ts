import type { Cell, FaultSink } from '@racewalk/core/step';
import {
  type AgentSpec,
  type Mutant,
  nothing,
  type Patch,
  type Scenario,
  type StepView,
  type World,
} from '@racewalk/machine';
import { bitIsSet, defineScenario } from '@racewalk/mm';
import { claimNever, endsDirty, judgeClaim, sample } from '../agents/witness.js';
import { writer } from '../agents/writer.js';
import { NO_KERNEL_TLBS } from '../less.js';
import { type Device, makeDevice } from '../setup.js';

/** A device, and when its page held what. */
interface Watched extends Device {
  /** Contents before the entry is looked at, after it was dealt with, and after the invalidation. */
  readonly before: Cell;
  readonly scanned: Cell;
  readonly flushed: Cell;
  /** Number of the outcome that somebody claims away; 0: none. */
  readonly claimed: Cell;
}

/** What can become of the last store, by the numbers of the thread. */
const OUTCOMES = {
  'case-1': 'case 1, the write comes before the scan and has its bit',
  'case-2': 'case 2, the write comes after the invalidation and makes the entry dirty anew',
  'case-3':
    'case 3, the write comes after a scan that changed nothing: no bit, and the entry is dirty after the invalidation',
  'case-4-a1':
    'case 4 as A1, a write after the scan and without a cached translation: the bit is set, and the entry is dirty again',
  'case-4-a2':
    'case 4 as A2, a write after the scan through a cached translation: the bit is set, and the entry stays clean',
} as const;

type Outcome = keyof typeof OUTCOMES;

const NAMES = Object.keys(OUTCOMES) as Outcome[];

function setup(w: World): Watched {
  const words = { before: w.word('before'), scanned: w.word('scanned'), flushed: w.word('flushed') };
  const s = { ...makeDevice(w, { contents: true }), ...words, claimed: w.word('claimed') };
  w.binder.replace(watching(s));
  return s;
}

/** Looks at the page around each part of the operation. */
const watching = (s: Watched): Patch => ({
  *applyPtClean(m, pte, token, addr, clean) {
    yield* sample(s, s.before, 'before the scan');
    const result = yield* m.k.applyPtClean(pte, token, addr, clean);
    yield* sample(s, s.scanned, 'after the scan');
    return result;
  },
  *flushTouched(m, aas, vma, clip) {
    yield* m.k.flushTouched(aas, vma, clip);
    yield* sample(s, s.flushed, 'after the invalidation');
  },
});

const LAST = 2;

/** Which outcome this end is, or null for a write in the middle of the scan, which the thread has no number for. */
function outcomeOf(w: World, s: Watched, view: StepView): Outcome | null {
  const seen = (cell: Cell) => view.get(cell) === LAST;
  const bit = bitIsSet((cell) => view.get(cell), 0, s.bitmap);
  if (seen(s.before)) return 'case-1';
  if (!seen(s.flushed)) return 'case-2';
  if (!bit) return 'case-3';
  if (seen(s.scanned)) return null;
  return endsDirty(w, view, s.vma.table.entries[0]!) ? 'case-4-a1' : 'case-4-a2';
}

/** What must hold of an outcome: where the write is remembered. */
function judge(w: World, s: Watched, view: StepView, faults: FaultSink): void {
  const outcome = outcomeOf(w, s, view);
  const bit = bitIsSet((cell) => view.get(cell), 0, s.bitmap);
  const dirty = endsDirty(w, view, s.vma.table.entries[0]!);
  const remembered = outcome === 'case-1' ? bit : outcome === 'case-2' || outcome === 'case-3' ? dirty : bit;
  if (!remembered) {
    const where = outcome === 'case-1' ? 'the bitmap' : 'the entry';
    faults.fail('DIRTY', `${OUTCOMES[outcome ?? 'case-1']}; but ${where} does not have it`);
  }
  if (outcome !== null) {
    judgeClaim(view, faults, s.claimed, NAMES.indexOf(outcome) + 1, OUTCOMES[outcome]);
  }
}

/** Cleans. */
function driver(never?: Outcome): AgentSpec<Watched> {
  return {
    cpu: 0,
    role: 'kernel',
    note: 'cleans',
    *run(m, s) {
      if (never !== undefined) yield* claimNever(s.claimed, NAMES.indexOf(never) + 1, never);
      yield* m.k.applyAsClean(s.mapping, 0, 1, 0, s.bitmap, { value: 0 }, { value: 0 });
    },
  };
}

function never(outcome: Outcome): Mutant<Watched> {
  return {
    what: `somebody claims that ${OUTCOMES[outcome].split(',')[0]} cannot happen`,
    breaks: 'MISS',
    why: OUTCOMES[outcome],
    agents: { driver: driver(outcome) },
  };
}

/** Seed 001, the four cases of a write against `apply_as_clean`, and A1 and A2. */
export const fourWrites: Scenario = defineScenario<Watched>({
  id: 'as-dirty/four-writes',
  title: 'When a write can come while its entry is cleaned, and where it is remembered then',
  source:
    'as_dirty helpers thread, 11 June 2019 (seed 001): A1 and A2, and the four cases of a write "regardless of arch"',
  about:
    'The author lists five cases of a write: before the scan of its entry (1), after the invalidation (2), and in between, with an entry that the scan left alone (3) or cleaned (4). Case 4 depends on whether the writer walks (A1) or has a cached translation (A2). Does each write end up where he says: in the bitmap, the entry, or both? Yes: the machine finds no sixth case and no write in the wrong place. For each case a mutant claims that it never happens, and a schedule refutes that claim.',
  invariants: ['DIRTY', 'MISS'],
  params: { block: 4 },
  less: [NO_KERNEL_TLBS],
  setup,
  agents: { driver: driver(), user: writer() },
  finally: judge,
  linux: { '5.2+as-dirty-v4': 'upstream' },
  mutants: {
    'no-flush': {
      what: 'the range is not invalidated',
      breaks: 'DIRTY',
      why: 'the cached translation is dirty and the entry is not: later writes leave no mark, the doubt the author raises about case 2',
      patch: { flushTlbRange: nothing },
      within: 'applyAsRange',
    },
    ...Object.fromEntries(NAMES.map((name) => [`never-${name}`, never(name)])),
  },
});
