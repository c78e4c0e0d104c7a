import { awaitWord, type Cell, write } from '@racewalk/core/step';
import {
  type AgentSpec,
  type FunctionTable,
  nothing,
  type Scenario,
  UserCpu,
  type World,
} from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { teardown } from '../agents/teardown.js';
import { type Block, mapBlock } from '../block.js';

/** A block, and whether the last thread of the process has gone. */
interface Exiting extends Block {
  /** 1 once no thread is left. @kernel mm_users reaching 0 */
  readonly exited: Cell;
}

/** `tlb_flush()` of arm64 for a whole address space of which no tables were freed: nothing at all. */
function setup(w: World): Exiting {
  const s = mapBlock(w);
  w.binder.replace({ tlbFlush: nothing } as FunctionTable, {});
  return { ...s, exited: w.word('exited') };
}

const whole = teardown();

/**
 * The last thread of the process: stores, and exits. Nobody uses the identifier of the address space from then on, so
 * what TLBs hold under it reaches nothing; the model, which has no identifiers, drops it.
 */
const lastThread: AgentSpec<Exiting> = {
  cpu: 1,
  role: 'user',
  note: 'stores, exits',
  *run(m, s) {
    yield* new UserCpu(m, s.vma).store(s.entries.length - 1);
    // Nothing is loaded any more, so nothing is filled ahead of an access.
    yield* write(s.vma.mm.running, 0, 'the address space is not loaded any more');
    yield* m.tlb.flushTlbMm(s.vma.mm);
    yield* write(s.exited, 1, 'the last thread exits');
  },
};

/** `exit_mmap`, which begins when no thread is left; with the promise that every entry goes. */
const exitMmap: AgentSpec<Exiting> = {
  ...whole,
  note: 'exit_mmap',
  *run(m, s) {
    yield* awaitWord(s.exited, (word) => word === 1, 'mm_users is 0');
    yield* whole.run(m, s);
  },
};

/** Seed 000: "by the time the final tlbi is issued": on arm64 there is none. */
export const exitWithoutFlush: Scenario = defineScenario<Exiting>({
  id: 'contpte/exit-without-flush',
  title: 'The teardown of an address space that nobody runs in, without its final invalidation',
  source:
    'ptep_get_and_clear_full() thread, 28 November 2023 (seed 000), the final tlbi; tlb_flush() in arch/arm64/include/asm/tlb.h, Linux 6.12: fullmm and no tables freed',
  about:
    'The proposal rests on an invalidation at the end of the teardown. For a whole address space arm64 makes none, unless page tables were freed: the identifier is not used again before a roll-over, which invalidates. Is that right? Yes, as long as no thread of the process is left when the teardown begins, as in exit_mmap(): translations stay behind under an identifier that nobody uses. With a thread that still runs, a page is reached after it was freed. So `full` must never be said of a process that still runs.',
  invariants: ['DIRTY', 'UAF'],
  params: { block: 4 },
  setup,
  agents: { zap: exitMmap, user: lastThread },
  linux: { '6.12': 'upstream' },
  mutants: {
    'while-a-thread-runs': {
      what: 'the same teardown, without an invalidation, of a process with a thread that still runs',
      breaks: 'UAF',
      why: 'its TLB translates to a page that is free',
      agents: {
        user: {
          ...lastThread,
          *run(m, s) {
            yield* write(s.exited, 1, 'nobody counts this thread');
            yield* new UserCpu(m, s.vma).store(s.entries.length - 1);
          },
        },
      },
    },
  },
});
