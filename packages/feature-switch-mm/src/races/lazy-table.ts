import { addrOf } from '@racewalk/core';
import { freeTable, type Ptdesc, type Scenario, UserCpu } from '@racewalk/machine';
import { defineScenario, followMms } from '@racewalk/mm';
import { noGenerations } from '../reasons.js';
import { type OnePage, onePage } from '../setup.js';

interface S extends OnePage {
  readonly ptdesc: Ptdesc;
}

/** A flush may leave lazy CPUs out, unless a table goes: their walkers look at it without being asked. */
export const lazyTable: Scenario = defineScenario<S>({
  id: 'switch/lazy-table',
  title: 'A page table is freed under a CPU in lazy TLB mode',
  source: 'Linux 145f573b89a6 (4.20), 3ef938c35035 (6.14)',
  about:
    'CPU 1 uses a page and runs a kernel thread that keeps the address space loaded. CPU 0 takes the page table away: it clears what leads to it, flushes, and frees it. May the walker of CPU 1 still look at the table? No: a lazy CPU is left out of flushes of pages, since nobody uses them there, and not of one that says that tables go. Khugepaged said so too late, on x86 alone.',
  invariants: ['PTUAF'],
  params: { block: 1 },
  setup(w) {
    const spaces = followMms(w);
    const page = onePage(w, 'mm');
    const ptdesc = w.pmds.add(page.vma);
    spaces.starts(0, page.mm, { lazy: true });
    spaces.starts(1, page.mm);
    return { ...page, ptdesc };
  },
  agents: {
    collapse: {
      cpu: 0,
      role: 'kernel',
      note: 'takes the table away',
      *run(m, { vma, ptdesc }) {
        yield* m.pmd.pmdpHugeGetAndClear(vma.mm, addrOf(vma.start), ptdesc.pmdp);
        yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
        yield* freeTable(m, ptdesc);
      },
    },
    user: {
      cpu: 1,
      role: 'user',
      note: 'runs, then is lazy',
      *run(m, { vma }) {
        yield* new UserCpu(m, vma, { faults: false }).load(0);
        yield* m.k.contextSwitch(null);
      },
    },
  },
  mutants: {
    'tables-not-said': {
      what: 'the flush does not say that tables go',
      breaks: 'PTUAF',
      why: 'it leaves the lazy CPU out, whose walk cache still leads to the table',
      unless: noGenerations,
      patch: {
        *shouldFlushTlb(m, cpu, info) {
          return yield* m.k.shouldFlushTlb(cpu, { ...info, freedTables: false });
        },
      },
    },
  },
});
