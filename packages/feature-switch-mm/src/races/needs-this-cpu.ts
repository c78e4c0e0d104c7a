import { read, type Step } from '@racewalk/core/step';
import type { Machine, Scenario } from '@racewalk/machine';
import { defineScenario, type Folio, initWork, linux, type WorkStruct } from '@racewalk/mm';

interface S {
  readonly folio: Folio;
  readonly drain: WorkStruct;
}

/** Try again at once while the lock of the folio is taken. */
function* spins(m: Machine, { folio }: S): Step<void> {
  while (!(yield* m.trylock(folio.lock))) {
    const held = yield* read(folio.lock, { op: 'do_swap_page', text: 'the folio is locked' });
    if (held !== 0) yield* m.k.spinAgain([folio.lock], [held], 'hmm_range_fault tries again');
  }
}

/** A fault that finds a folio locked tries again at once, and the owner of the lock waits for work on this CPU. */
export const needsThisCpu: Scenario = defineScenario<S>({
  id: 'switch/needs-this-cpu',
  title: 'A spinner keeps the CPU that the owner of the lock waits for',
  source: 'CVE-2026-43404; Linux mm/hmm.c, mm/swap.c lru_add_drain_all',
  about:
    'Device migration holds the lock of a folio and drains the batches of all CPUs: a work item on each. On CPU 0 a fault finds the folio locked. Does everybody come to an end? Yes, if the fault sleeps until the folio is free: then the worker of CPU 0 gets the CPU. If it gives up and tries again at once, it never leaves the CPU, the work item never runs, and the lock is never released.',
  invariants: ['UAF'],
  params: { block: 1 },
  setup(w) {
    w.contexts.schedules(0);
    const folio = linux(w).folio({ name: 'folio', pages: 1 });
    return { folio, drain: initWork(w, 'lru_add_drain') };
  },
  assumes: 'the folio is mapped by an address space that the race does not have',
  agents: {
    fault: {
      cpu: 0,
      role: 'kernel',
      note: 'hmm_range_fault',
      *run(m, { folio }) {
        const [page] = folio.frames;
        if (page === undefined) return;
        yield* m.k.lockPage(page);
        yield* m.k.unlockPage(page);
      },
    },
    migrate: {
      cpu: 1,
      role: 'kernel',
      note: 'migrate_device_unmap',
      *run(m, { folio, drain }) {
        yield* m.lock(folio.lock);
        yield* m.k.queueWorkOn(drain);
        yield* m.k.flushWork(drain);
        yield* m.unlock(folio.lock);
      },
    },
    kworker: {
      cpu: 0,
      role: 'kernel',
      daemon: true,
      note: 'worker',
      run: (m, { drain }) => m.k.workerThread(drain),
    },
  },
  mutants: {
    spins: {
      what: 'the fault tries again at once',
      breaks: 'LIVE',
      why: 'the work item needs the CPU that the fault never leaves',
      agents: {
        fault: {
          cpu: 0,
          role: 'kernel',
          note: 'hmm_range_fault, spins',
          *run(m, s) {
            yield* spins(m, s);
            yield* m.unlock(s.folio.lock);
          },
        },
      },
    },
  },
});
