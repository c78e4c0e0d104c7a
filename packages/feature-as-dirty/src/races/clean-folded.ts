import { type AtomicBody, atomic, type Cell, type Step } from '@racewalk/core/step';
import { type AgentSpec, REASONS, type Scenario, type World } from '@racewalk/machine';
import { bitIsSet, defineScenario } from '@racewalk/mm';
import { sample } from '../agents/witness.js';
import { writer } from '../agents/writer.js';
import { NO_KERNEL_TLBS } from '../less.js';
import { blockPages, type Device, makeDevice } from '../setup.js';

interface Watched extends Device {
  /** What page 0 held before the scan. */
  readonly before: Cell;
}

function setup(w: World): Watched {
  const device = makeDevice(w, { pages: blockPages(w), areas: [{ folded: true }], contents: true });
  return { ...device, before: w.word('before') };
}

/** A store that was there when the scan began must have its bit: case 1 of the thread, to the letter. */
function* checkCaseOne(s: Watched): Step<void> {
  const run: AtomicBody = (mem, base, faults) => {
    const stored = (mem[base + s.before] ?? 0) !== 0;
    if (stored && !bitIsSet((cell) => mem[base + cell] ?? 0, 0, s.bitmap)) {
      faults.fail('MISS', 'a store to page 0 was there before the scan, and page 0 has no bit');
    }
    return 0;
  };
  yield* atomic(
    [s.before, ...s.bitmap.words],
    run,
    { text: 'what was there before has its bit?', does: 'observe' },
    { locked: false },
  );
}

const driver: AgentSpec<Watched> = {
  cpu: 0,
  role: 'kernel',
  note: 'cleans a block',
  *run(m, s) {
    const [start, end] = [{ value: 0 }, { value: 0 }];
    yield* sample(s, s.before, 'before the scan');
    yield* m.k.applyAsClean(s.mapping, 0, s.bitmap.nbits, 0, s.bitmap, start, end);
    yield* checkCaseOne(s);
  },
};

/** Seed 001 meets seed 000: `apply_as_clean` over a folded block. */
export const cleanFolded: Scenario = defineScenario<Watched>({
  id: 'as-dirty/clean-folded',
  title: 'Cleaning a folded block entry by entry',
  source:
    'apply_pt_clean() of the as_dirty helpers, version 4, June 2019 (seed 001), which reads *pte; contiguous PTEs came in 2024 (seeds 000 and 004)',
  about:
    'In a contiguous block the hardware may record a store in any entry. Only ptep_get() reads them all; when the patch was written, code could just dereference an entry. What if a device mapping had been folded? (Linux does not fold I/O mappings, which are special entries.) The patch as posted cleans the marked entry and records the wrong page. Nothing is lost, because unfolding makes all entries dirty, but a write before the scan has no bit, against case 1. The machine finds this where the hardware marks one entry of a block, and never with ptep_get().',
  invariants: ['MISS', 'DIRTY'],
  params: { block: 4 },
  less: [
    NO_KERNEL_TLBS,
    {
      hardware: 'speculativeFill',
      why: 'the user makes one access, at its start: its own walk may come at any time before its use, as a fill would',
    },
  ],
  setup,
  agents: { driver, user: writer({ stores: 1 }) },
  linux: { '5.2+as-dirty-v4': 'upstream' },
  mutants: {
    'raw-read': {
      what: 'the entry is read as it stands, as in the patch',
      breaks: 'MISS',
      why: 'the hardware has recorded the store in another entry of the block, and the entry of the page says clean',
      unless: REASONS.noHardwareBlocks,
      patch: {
        *ptepGet(m, pte) {
          return yield* m.entries.readOnce(pte, '*pte');
        },
      },
      within: 'applyPtClean',
    },
  },
});
