import { write } from '@racewalk/core/step';
import { type Scenario, UserCpu } from '@racewalk/machine';
import { contextOf, defineScenario, followMms, returns, thisCpu } from '@racewalk/mm';
import { noGenerations, noStoreBuffer } from '../reasons.js';
import { type OnePage, onePage, unmapper } from '../setup.js';

/** A flush leaves a CPU out that is in lazy TLB mode; the CPU finds out when it leaves the mode. */
export const lazyFlush: Scenario = defineScenario<OnePage>({
  id: 'switch/lazy-flush',
  title: 'A flush against a CPU that enters and leaves lazy TLB mode',
  source: 'Linux b956575bed91 (4.14) and 145f573b89a6 (4.20), arch/x86/mm/tlb.c',
  about:
    'CPU 1 uses a page, runs a kernel thread that keeps what is loaded, and comes back. CPU 0 takes the page away meanwhile. Does CPU 1 use the page after it was freed? No: a flush that finds CPU 1 lazy does not interrupt it, but has raised the generation, and CPU 1 says that it is not lazy any more before it looks at the generation. Where CPUs are told in any mode, nothing hangs on it.',
  invariants: ['STALE', 'UAF'],
  params: { block: 1 },
  setup(w) {
    const spaces = followMms(w);
    const page = onePage(w, 'mm');
    spaces.starts(0, page.mm, { lazy: true });
    spaces.starts(1, page.mm);
    return page;
  },
  agents: {
    unmap: unmapper((s) => s),
    user: {
      cpu: 1,
      role: 'user',
      note: 'runs, is lazy, runs again',
      *run(m, { mm, vma }) {
        const user = new UserCpu(m, vma, { faults: false });
        yield* user.load(0);
        yield* m.k.contextSwitch(null);
        yield* m.k.contextSwitch(mm);
        yield* user.load(0);
      },
    },
  },
  mutants: {
    'generation-not-read': {
      what: 'the CPU that leaves lazy mode does not look at the generation',
      breaks: 'UAF',
      why: 'the flush went past it, and what it has cached is still there',
      unless: noGenerations,
      patch: { readTlbGen: returns(1) },
      only: ['user'],
    },
    'tag-only': {
      what: 'the handler takes the tag away, which counts at the next switch, from an address space that runs',
      breaks: 'UAF',
      why: 'until it is switched the CPU goes on under the old tag',
      unless: (arch) => (arch.mmContext === 'versions' ? null : 'a flush takes no tag away'),
      patch: {
        *dropMmuContext(_m, cpu, mm) {
          const context = contextOf(mm).asid.get(cpu);
          if (context !== undefined) yield* write(context, 0, { op: 'cpu_context', text: `cpu${cpu}: none` });
        },
      },
    },
    'lazy-cleared-late': {
      what: 'the CPU looks at the generation first, and says afterwards that it is not lazy',
      breaks: 'UAF',
      why: 'a flush in between finds it lazy, and it has looked already',
      unless: noGenerations,
      patch: {
        *readTlbGen(m, mm) {
          const { isLazy } = thisCpu(m);
          yield* write(isLazy, 1, { op: 'this_cpu_write', text: 'is_lazy is still true' });
          const gen = yield* m.k.readTlbGen(mm);
          yield* write(isLazy, 0, { op: 'this_cpu_write', text: 'is_lazy = false, late' });
          return gen;
        },
      },
      only: ['user'],
    },
    'no-barrier': {
      what: 'no barrier between the two',
      breaks: 'UAF',
      why: 'the store that says so is still on its way when the generation is read',
      unless: (arch) => noGenerations(arch) ?? noStoreBuffer(arch),
      patch: { *smpMb() {} },
      only: ['user'],
    },
  },
});
