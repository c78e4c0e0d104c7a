import { addrOf, ptepOf, type Vma } from '@racewalk/core';
import {
  type AgentSpec,
  freeTable,
  nothing,
  type Patch,
  type Ptdesc,
  type Scenario,
  type World,
} from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';

const SAMPLED = 1;

interface Sampled {
  readonly vma: Vma;
  readonly ptdesc: Ptdesc;
}

/** A page of a file, its table, and the entry above. */
function setup(w: World): Sampled {
  const vma = w.vma({ pages: 1, mapping: w.addressSpace() });
  linux(w).mapFolio(vma, linux(w).folio({ pages: 1, refcount: 2 }), { young: true });
  return { vma, ptdesc: w.pmds.add(vma) };
}

const IRQS_ON: Patch = { localIrqSave: nothing, localIrqRestore: nothing };

/** As khugepaged takes tables of a file away. */
const retract: AgentSpec<Sampled> = {
  cpu: 0,
  role: 'kernel',
  note: 'calls all CPUs, then frees the table',
  *run(m, { vma, ptdesc }) {
    const { pmdp } = ptdesc;
    yield* m.lock(pmdp.table.ptl);
    yield* m.pmd.pmdpGetAndClear(vma.mm, addrOf(vma.start), pmdp);
    yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
    yield* m.k.tlbRemoveTableSyncOne();
    yield* m.unlock(pmdp.table.ptl);
    yield* freeTable(m, ptdesc);
  },
};

/** After perf_virt_to_phys(). */
const sample: AgentSpec<Sampled> = {
  cpu: SAMPLED,
  role: 'kernel',
  note: 'perf, lockless',
  handles: 'nmi',
  *run(m, { vma }) {
    yield* m.k.getUserPagesFastOnly(vma, vma.start);
  },
};

/** The same with the lock of the table. */
const locks: AgentSpec<Sampled> = {
  ...sample,
  note: 'perf, under the lock of the table',
  *run(m, { vma }) {
    yield* m.pteOffsetMapLock(vma.table);
    yield* m.pte.ptepGet(ptepOf(vma, vma.start));
    yield* m.pteUnmapUnlock(vma.table);
  },
};

const task: AgentSpec<Sampled> = {
  cpu: SAMPLED,
  role: 'kernel',
  note: 'holds ptl, irqs off',
  *run(m, { vma }) {
    yield* m.k.localIrqSave();
    yield* m.pteOffsetMapLock(vma.table);
    yield* m.pte.ptepGet(ptepOf(vma, vma.start));
    yield* m.pteUnmapUnlock(vma.table);
    yield* m.k.localIrqRestore();
  },
};

/** G19. */
export const nmiWalk: Scenario = defineScenario<Sampled>({
  id: 'gup/nmi-walk',
  title: 'An NMI walks page tables in the middle of whatever its CPU did',
  source: 'perf_virt_to_phys(), perf_get_pgtable_size(), kernel/events/core.c, Linux 6.12',
  about:
    'perf samples an address in an NMI, and walks the tables of the process. The handler takes several steps, between which other CPUs run, and the code that it interrupted does not. A table is freed after a call of all CPUs: the call waits for the handler. May the handler take the lock of the table? No: its own CPU may hold it, with interrupts off, which masks an interrupt and no NMI. So it walks without a lock.',
  invariants: ['PTUAF', 'UAF', 'TORN'],
  params: { block: 1, flush: 'paravirt' },
  setup,
  agents: { retract, task, sample },
  mutants: {
    'flush-only': {
      what: 'the table is freed after the flush',
      breaks: 'PTUAF',
      why: 'a flush by broadcast or hypercall is complete while the handler is still in the table',
      patch: { tlbRemoveTableSyncOne: nothing },
    },
    'takes-the-lock': {
      what: 'the handler takes the lock of the table',
      breaks: 'LIVE',
      why: 'the code that it interrupted holds it, and does not go on before the handler ends',
      agents: { sample: locks },
    },
    'irqs-on': {
      what: 'the handler is an interrupt that takes the lock, and the lock is held with interrupts on',
      breaks: 'LIVE',
      why: 'the interrupt comes while the lock is held',
      agents: { sample: { ...locks, handles: 'irq' } },
      patch: IRQS_ON,
    },
  },
  holds: {
    'as-an-interrupt': {
      what: 'the handler is an interrupt that takes the lock',
      why: 'the lock is held with interrupts off',
      agents: { sample: { ...locks, handles: 'irq' } },
    },
    'irqs-as-they-are': {
      what: 'the walk does not turn interrupts off',
      why: 'in an NMI no interrupt is taken in any case',
      patch: IRQS_ON,
      only: ['sample'],
    },
  },
});
