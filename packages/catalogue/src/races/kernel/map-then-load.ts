import { ptepOf, type Vma } from '@racewalk/core';
import { KernelCpu, nothing, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, type Folio, linux } from '@racewalk/mm';

interface Mapping {
  readonly vma: Vma;
  readonly page: Folio;
}

/** An address of the kernel at which nothing is mapped. */
function setup(w: World): Mapping {
  const vma = w.vma({ pages: 1, name: 'vmalloc', mm: w.mm('init_mm'), flags: { global: true } });
  const page = linux(w).folio({ name: 'page', pages: 1, refcount: 1, mapcount: 0 });
  return { vma, page };
}

/** Race D5. */
export const mapThenLoad: Scenario = defineScenario<Mapping>({
  id: 'kernel/map-then-load',
  title: 'The kernel maps a page for itself and loads from it at once',
  source: 'set_pte(), Linux d0b7a302d58a (5.4)',
  about:
    'The kernel stores an entry of its own, waits until the store has arrived, and loads through it. Is that enough? No: the core may have begun to translate the address before, and found nothing. A barrier for stores does not take that back, and the fault is delivered, in the kernel, where nobody helps. A context synchronisation behind the barrier does. User code gets one from the return of the exception, and a fault there does no harm.',
  invariants: ['STALE'],
  params: { block: 1 },
  setup,
  agents: {
    kernel: {
      cpu: 0,
      role: 'kernel',
      note: 'vmalloc, then a load',
      *run(m, { vma, page }) {
        const [frame] = page.frames;
        if (frame === undefined) return;
        const cpu = new KernelCpu(m, vma);
        yield* cpu.begins(0);
        const entry = m.v.pteMkyoung(m.v.pfnPte(frame.pfn, m.v.mkProt({ read: true, write: false })));
        yield* m.k.setPteKernel(vma, ptepOf(vma, vma.start), entry);
        yield* cpu.load(0);
      },
    },
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-isb': {
      what: 'the barrier without the context synchronisation, as in 5.0 to 5.3',
      breaks: 'STALE',
      why: 'a walk that was begun before the store delivers its fault',
      unless: (arch) =>
        arch.earlyWalks === true ? null : 'a walk that finds nothing is made again before it faults',
      patch: { contextSynchronize: nothing },
    },
  },
});
