import { ptepAdd } from '@racewalk/core';
import { awaitWord, type Cell, write } from '@racewalk/core/step';
import {
  type AgentSpec,
  type FunctionTable,
  type Patch,
  REASONS,
  type Scenario,
  type World,
} from '@racewalk/machine';
import { defineScenario, readsLockless } from '@racewalk/mm';
import { fork } from '../agents/fork.js';
import { entryAt, type Fork, forkSetup } from '../setup.js';

/** A reader, and the interrupt it may run in. */
interface Read extends Fork {
  /** 0: not yet; 1: the handler runs; 2: it has returned. */
  readonly interrupt: Cell;
}

function setup(w: World): Read {
  const interrupt = w.word('interrupt');
  if (w.params.interrupted === true) w.binder.replace(interruptedBy(interrupt) as FunctionTable);
  return { ...forkSetup(w), interrupt };
}

/** The write-protect of upstream, interrupted after the first entry. */
const interruptedBy = (interrupt: Cell): Patch => ({
  *wrprotectPtes(m, _mm, _addr, ptep, nr) {
    for (let i = 0; i < nr; i++) {
      yield* m.entries.update(ptepAdd(ptep, i), m.v.pteWrprotect, 'wrprotect_ptes');
      if (i > 0) continue;
      yield* write(interrupt, 1, 'interrupt');
      yield* awaitWord(interrupt, (state) => state === 2, 'handler returns');
    }
  },
});

/** Reads the last entry without a lock, on another CPU. */
const reader: AgentSpec<Read> = {
  cpu: 1,
  role: 'kernel',
  note: 'reads, no lock',
  *run(m, s) {
    yield* readsLockless(m, entryAt(s.parent, s.parent.end - s.parent.start - 1));
  },
};

/** Takes the frame from the last entry, and whether it may be written from the first. */
const firstSpeaks: AgentSpec<Read> = {
  ...reader,
  *run(m, s) {
    const last = entryAt(s.parent, s.parent.end - s.parent.start - 1);
    const first = yield* m.entries.readOnce(entryAt(s.parent, 0), 'ptep_get_lockless');
    const pte = yield* m.entries.readOnce(last, 'ptep_get_lockless');
    if (!m.v.ptePresent(first) || !m.v.ptePresent(pte)) return;
    yield* m.obtained(last, m.v.pteWrite(first) ? pte : m.v.pteWrprotect(pte));
  },
};

/** Write-protects only the first entry of the block, where it stands. */
const firstOnly: Patch = {
  *wrprotectPtes(m, _mm, _addr, ptep) {
    yield* m.entries.update(ptep, m.v.pteWrprotect, 'wrprotect_ptes');
  },
};

/** Reads in an interrupt handler on the CPU that forks. */
const handler: AgentSpec<Read> = {
  ...reader,
  cpu: 0,
  note: 'in an interrupt of fork, no lock',
  *run(m, s) {
    yield* awaitWord(s.interrupt, (state) => state === 1, 'interrupted');
    yield* reader.run(m, s);
    yield* write(s.interrupt, 2, 'returns');
  },
};

/** Lockless readers while a folded block is write-protected without being unfolded. */
export const locklessVsWrprotect: Scenario = defineScenario<Read>({
  id: 'fork-batch/lockless-vs-wrprotect',
  title: 'A folded block is read without a lock while fork write-protects it',
  source:
    'ptep_set_wrprotects() of the contpte series, November 2023 (seed 004), part 13, against ptep_get_lockless() of part 10',
  about:
    'Fork write-protects a fully covered block entry by entry and leaves it folded. Meanwhile its entries differ, and a reader without the lock, which wants a uniform block, restarts. Does it ever return? On another CPU, yes, with an entry that existed. Two ways make it wait forever. The block may stay mixed, which is one more reason to unfold a block covered in part. Or the reader may run in an interrupt handler on the CPU that forks, and wait for the code it interrupted. A profiler that looks up page sizes reads entries that way.',
  invariants: ['TORN'],
  params: { block: 2 },
  sizes: [{ block: 4 }],
  setup,
  agents: { fork, reader },
  linux: {
    '6.12': {
      what: 'a profiler reads the entry in an interrupt on the CPU that write-protects the block',
      kernel: {
        file: 'arch/arm64/mm/contpte.c',
        functions: ['contpte_ptep_get_lockless', 'contpte_wrprotect_ptes'],
      },
      known:
        'perf_get_page_size() walks the tables in the interrupt of the counter, with ptep_get_lockless(); nothing keeps it out while a block is rewritten. No report was found',
      breaks: 'LIVE',
      why: 'the handler waits for entries that the interrupted code would change once the handler returns',
      unless: REASONS.noBlocks,
      params: { interrupted: true },
      agents: { reader: handler },
    },
  },
  mutants: {
    'left-mixed': {
      what: 'only the first entry of the block is write-protected, and the block stays folded',
      breaks: 'LIVE',
      why: 'the entries never agree again, so the reader never returns',
      unless: REASONS.noBlocks,
      patch: firstOnly,
    },
    'first-speaks': {
      what: 'the reader takes the permission from the first entry of the block and the frame from its own',
      breaks: 'TORN',
      why: 'the first entry is write-protected before the last, and for a while no entry is what the reader takes',
      agents: { reader: firstSpeaks },
    },
    'reader-interrupts': {
      what: 'the reader runs in an interrupt handler of the CPU that write-protects the block',
      breaks: 'LIVE',
      why: 'the handler waits for entries that the interrupted code would change once the handler returns',
      unless: REASONS.noBlocks,
      params: { interrupted: true },
      agents: { reader: handler },
    },
  },
});
