import { addrOf, ptepOf, type Vma } from '@racewalk/core';
import { type Cell, read } from '@racewalk/core/step';
import {
  type AgentSpec,
  invalidateByIpi,
  loadSpace,
  type Scenario,
  UserCpu,
  type World,
} from '@racewalk/machine';
import { defineScenario, type Folio, freePage, linux } from '@racewalk/mm';
import { change } from '../words.js';

interface Spaces {
  readonly one: Vma;
  readonly two: Vma;
  readonly page: Folio;
  /** `mm_cpumask` of the first, a bit for each CPU. */
  readonly mask: Cell;
}

/** Two address spaces under tags of their own; CPU 1 runs the first. */
function setup(w: World): Spaces {
  const spaces = w.follow({ tags: 4 });
  const make = (name: string) => {
    const vma = w.vma({ mm: w.mm(name), pages: 1, name });
    const page = linux(w).folio({ pages: 1, name: `${name}.page` });
    linux(w).mapFolio(vma, page, { young: true, dirty: true });
    return { vma, page };
  };
  const [one, two] = [make('one'), make('two')];
  spaces.starts(1, one.vma.mm, { tag: 1 });
  return { one: one.vma, two: two.vma, page: one.page, mask: w.word('mm_cpumask', 1 << 1) };
}

/** Runs the first, the second, and the first again. */
const user: AgentSpec<Spaces> = {
  cpu: 1,
  role: 'user',
  note: 'switches there and back',
  *run(m, { one, two }) {
    yield* new UserCpu(m, one, { faults: false }).load(0);
    yield* loadSpace(m, two.mm, 2, { keep: true, user: true });
    yield* loadSpace(m, one.mm, 1, { keep: true, user: true });
    yield* new UserCpu(m, one, { faults: false }).load(0);
  },
};

/** H2. */
export const maskCleared: Scenario = defineScenario<Spaces>({
  id: 'tags/mask-cleared',
  title: 'A CPU that runs something else is not in the mask, and keeps what it has under its tag',
  source: 'Linux 82dd33fde026 (6.3), arch/riscv/mm/context.c',
  about:
    'A flush reaches the CPUs that are in the mask of the address space. A CPU that switches to another one takes itself out: it does not run it any more. Without tags that is right, as the switch flushes. With tags it keeps its translations, and finds them again when it switches back: nobody told it of what was taken away meanwhile.',
  invariants: ['UAF'],
  params: { block: 1 },
  needs: ['spaceTags'],
  setup,
  agents: {
    kernel: {
      cpu: 0,
      role: 'kernel',
      note: 'unmaps a page, flushes the mask, frees the page',
      *run(m, { one, page, mask }) {
        yield* m.pte.ptepGetAndClear(one.mm, addrOf(one.start), ptepOf(one, one.start));
        if ((yield* read(mask, 'mm_cpumask')) !== 0) yield* invalidateByIpi(m, 1, { vma: one, tag: 1 });
        for (const frame of page.frames) yield* freePage(m, frame);
      },
    },
    user,
  },
  mutants: {
    'takes-itself-out': {
      what: 'a switch takes the CPU out of the mask of what it ran, as in 6.2',
      breaks: 'UAF',
      why: 'its translations are still there under the tag, and nobody flushes them',
      agents: {
        user: {
          ...user,
          *run(m, { one, two, mask }) {
            yield* new UserCpu(m, one, { faults: false }).load(0);
            yield* loadSpace(m, two.mm, 2, { keep: true, user: true });
            yield* change(mask, (word) => word & ~(1 << 1), 'cpumask_clear_cpu');
            yield* change(mask, (word) => word | (1 << 1), 'cpumask_set_cpu');
            yield* loadSpace(m, one.mm, 1, { keep: true, user: true });
            yield* new UserCpu(m, one, { faults: false }).load(0);
          },
        },
      },
    },
  },
});
