import { addrOf, type Mm, ptepOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import {
  type AgentSpec,
  invalidateOn,
  KernelCpu,
  type Machine,
  type Scenario,
  type World,
} from '@racewalk/machine';
import { defineScenario, type Folio, freePage, linux } from '@racewalk/mm';

interface Global {
  readonly init: Mm;
  readonly vma: Vma;
  readonly page: Folio;
}

/** A page of the kernel, by a translation without a tag. */
function setup(w: World): Global {
  const spaces = w.follow({ tags: 2 });
  const init = w.mm('init_mm');
  const vma = w.vma({ mm: init, pages: 1, name: 'vmalloc', flags: { global: true } });
  const page = linux(w).folio({ pages: 1, refcount: 1, mapcount: 0 });
  w.mapFrames(vma, page, { young: true, dirty: true });
  spaces.starts(0, w.mm('one'), { tag: 1 });
  return { init, vma, page };
}

const unmap = (invalidate: (m: Machine, vma: Vma) => Step<void>): AgentSpec<Global> => ({
  cpu: 0,
  role: 'kernel',
  *run(m, { init, vma, page }) {
    yield* new KernelCpu(m, vma).load(0);
    yield* m.pte.ptepGetAndClear(init, addrOf(vma.start), ptepOf(vma, vma.start));
    yield* invalidate(m, vma);
    for (const frame of page.frames) yield* freePage(m, frame);
  },
});

/** I6. */
export const globalByAddress: Scenario = defineScenario<Global>({
  id: 'tags/global-by-address',
  title: 'An invalidation by address leaves global translations',
  source: 'Linux ce0b15d11ad8 (6.4), arch/x86/mm/init.c',
  about:
    'An invalidation of an address should remove global translations as well. On some processors it does not, if translations carry tags. Then the kernel unmaps and frees a page of its own, and its CPU still leads there. On those processors Linux uses no tags.',
  invariants: ['UAF'],
  params: {},
  assumes: 'pages of the kernel are mapped by no fault',
  setup,
  agents: { unmap: unmap((m, vma) => invalidateOn(m, [0], { vma })) },
  mutants: {
    'leaves-global': {
      what: 'the invalidation leaves what is global',
      breaks: 'UAF',
      why: 'the page of the kernel is cached as global',
      agents: { unmap: unmap((m, vma) => invalidateOn(m, [0], { vma, globals: false })) },
    },
  },
});
