import { nothing, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario, followMms } from '@racewalk/mm';
import { noTags } from '../reasons.js';
import { type OnePage, onePage, unmapper } from '../setup.js';

interface S {
  readonly first: OnePage;
  readonly second: OnePage;
  readonly third: OnePage;
}

/** There are fewer tags than address spaces: one is given again, and what was cached under it goes first. */
export const tagReuse: Scenario = defineScenario<S>({
  id: 'switch/tag-reuse',
  title: 'A tag that is given to another address space',
  source: 'Linux 10af6235e0d3 (4.14, arch/x86/mm/tlb.c), b3901d54dc4f (3.7, arch/arm64/mm/context.c)',
  about:
    'CPU 1 runs one address space after the other, more than the hardware has tags; CPU 0 takes a page away from the first meanwhile. May the third, under the tag of the first, reach pages of the first? No: where a CPU hands out its own few tags, it flushes what it gives again; where tags run out for all, a new generation begins and each CPU flushes once. Without the flush a process reads the memory of another.',
  invariants: ['STALE', 'UAF'],
  params: { block: 1 },
  setup(w) {
    const spaces = followMms(w, { tags: 2 });
    const [first, second, third] = [onePage(w, 'first'), onePage(w, 'second'), onePage(w, 'third')];
    spaces.starts(1, first.mm);
    return { first, second, third };
  },
  agents: {
    unmap: { ...unmapper((s) => s.first), note: 'takes a page of the first' },
    user: {
      cpu: 1,
      role: 'user',
      note: 'runs all three',
      *run(m, { first, second, third }) {
        yield* new UserCpu(m, first.vma, { faults: false }).load(0);
        yield* m.k.contextSwitch(second.mm);
        yield* m.k.contextSwitch(third.mm);
        yield* new UserCpu(m, third.vma, { faults: false }).load(0);
        yield* m.completes('unmapped', third.vma);
      },
    },
  },
  mutants: {
    'not-flushed': {
      what: 'the tag is given again with what is cached under it',
      breaks: ['STALE', 'UAF'],
      why: 'at the same address the third has translations of the first',
      unless: noTags,
      patch: {
        localFlushTlbAll: nothing,
        *chooseNewAsid(m, next, gen) {
          return { ...(yield* m.k.chooseNewAsid(next, gen)), needFlush: false };
        },
      },
      only: ['user'],
    },
  },
});
