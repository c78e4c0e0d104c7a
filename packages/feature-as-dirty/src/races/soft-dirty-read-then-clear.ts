import type { Cell } from '@racewalk/core/step';
import { type AgentSpec, copyOut, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { mkwriteHandler } from '../ops/pfn-mkwrite.js';
import { endsSoftDirty, endsWritten, makeTracked, pageOf, type Tracked } from '../tracked.js';

/** A page, and the means to stop who writes to it. */
interface Stoppable extends Tracked {
  /** Held while the process runs user code, or while it is kept from it. */
  readonly running: Cell;
}

const setup = (w: World): Stoppable => ({ ...makeTracked(w, false), running: w.lock('running') });

/** Reads the marks, clears them, copies what was marked. */
const tracker: AgentSpec<Stoppable> = {
  cpu: 0,
  role: 'kernel',
  note: 'tracks',
  *run(m, s) {
    yield* m.lock(s.running);
    const [softDirty] = yield* m.k.pagemapRead(s.vma);
    yield* m.k.clearRefsWrite(s.vma.mm);
    yield* m.unlock(s.running);
    if (softDirty === true) yield* copyOut(pageOf(s));
  },
};

const user: AgentSpec<Stoppable> = {
  cpu: 1,
  role: 'user',
  note: 'stores twice',
  *run(m, s) {
    const cpu = new UserCpu(m, s.vma, { onFault: mkwriteHandler() });
    for (const value of [1, 2]) {
      yield* m.lock(s.running);
      yield* cpu.store(0, value);
      yield* m.unlock(s.running);
    }
  },
};

/** Seed 001: reading and clearing are two calls. */
export const softDirtyReadThenClear: Scenario = defineScenario<Stoppable>({
  id: 'as-dirty/soft-dirty-read-then-clear',
  title: 'Reading soft-dirty marks and clearing them are two calls',
  source:
    'as_dirty helpers thread, 12 June 2019 (seed 001): soft-dirty lets one clear or read, and "does not provide any atomicity like the one you try to obtain"',
  about:
    'The author compares his batched invalidation to that of soft-dirty. The reviewer replies that soft-dirty promises less: one call reads the marks, another clears them, and together they are not atomic. Is a store between the two calls lost? Yes: its mark is cleared before anybody reads it, although each call is correct. Nothing is lost if user space stops the process during both calls. Compare as-dirty/clean-vs-write: there one exchange under one lock cleans the entry and the bit is set, while the writers run.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  needs: ['softDirty'],
  setup,
  agents: { tracker, user },
  finally(w, s, view, faults) {
    if (!endsWritten(s, view) || endsSoftDirty(w, s, view)) return;
    faults.fail('DIRTY', `a store reached ${pageOf(s).name}, it was not copied since, and no mark says so`);
  },
  mutants: {
    'not-stopped': {
      what: 'the process runs on between the two calls',
      breaks: 'DIRTY',
      why: 'the mark of a store between them is cleared and was not read',
      agents: {
        tracker: {
          ...tracker,
          *run(m, s) {
            const [softDirty] = yield* m.k.pagemapRead(s.vma);
            yield* m.k.clearRefsWrite(s.vma.mm);
            if (softDirty === true) yield* copyOut(pageOf(s));
          },
        },
      },
    },
  },
});
