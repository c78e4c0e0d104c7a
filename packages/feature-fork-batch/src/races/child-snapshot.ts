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
    const ret = yield* m.k.copyPageRange(dstVma, srcVma);
    yield* m.unlock(srcVma.mm.mmapLock);
    return ret;
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
    'The child starts when fork returns and reads one page twice. May the two reads differ? No. A thread of the parent stores to that page at any time: before fork reads the entry, between write-protect and invalidation, or afterwards, when it gets a copy. So the child may find old or new contents, but not first one and then the other. The machine finds the reads equal with batches and without. Without the invalidation at the end they can differ.',
  invariants: ['COH'],
  params: { block: 2 },
  sizes: [{ block: 2, oneAtATime: true }],
  setup,
  agents: { fork, user: writer((n) => [n - 1]), child: twiceReader(lastPage) },
  linux: { '6.12': 'upstream' },
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
