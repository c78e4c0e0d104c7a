import type { Patch, Scenario, World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { fork, NO_FLUSH, oneAtATime } from '../agents/fork.js';
import { twiceReader, writer } from '../agents/users.js';
import { type Fork, forkSetup } from '../setup.js';

function setup(w: World): Fork {
  if (w.params.oneAtATime === true) oneAtATime(w);
  return forkSetup(w, { spares: { 1: 1 } });
}

/** `dup_mmap` that invalidates when it begins. */
const flushBeforeCopy: Patch = {
  *dupMmap(m, dstVma, srcVma) {
    yield* m.lock(srcVma.mm.mmapLock);
    yield* m.tlb.flushTlbMm(srcVma.mm);
    yield* m.k.copyPageRange(dstVma, srcVma);
    yield* m.unlock(srcVma.mm.mmapLock);
  },
};

const lastPage = (n: number): number => n - 1;

/** Seed 004, part 1: what the child reads is what stood there when fork returned. */
export const childSnapshot: Scenario = defineScenario<Fork>({
  id: 'fork-batch/child-snapshot',
  title: 'The child reads a page twice while a thread of the parent stores to it',
  source:
    'Transparent contiguous PTEs, v2, November 2023 (seed 004), part 1: fork() copies a range at once; the promise of fork(2)',
  about:
    'The same race as seen by the child. It begins to run when fork returns and reads one page twice; between the two it does nothing, so it must read the same. A thread of the parent stores to that page at any time: before fork looks at it, between the write-protect and the invalidation, or afterwards, when it gets a copy. The child may find the old contents or the new. What it may not find is first the one and then the other. The machine says that it does not, with batches and without, and that without the invalidation at the end it does.',
  invariants: ['COH'],
  params: { block: 2 },
  sizes: [{ block: 2, oneAtATime: true }],
  setup,
  agents: { fork, user: writer((n) => [n - 1]), child: twiceReader(lastPage) },
  mutants: {
    'no-flush': {
      ...NO_FLUSH,
      breaks: 'COH',
      why: 'the parent stores through an old translation while the child reads',
    },
    'flush-before-copy': {
      what: 'the TLBs are invalidated when fork begins, and not when it ends',
      breaks: 'COH',
      why: 'a translation made in between still permits stores when the child runs',
      patch: flushBeforeCopy,
    },
  },
});
