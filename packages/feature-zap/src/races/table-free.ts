import { nothing, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';
import { gup, rcuReader } from '../agents/gup.js';
import { retract, type TableSetup } from '../agents/tables.js';
import { NO_MEMORY, WITHOUT_RCU } from '../ops/tables.js';
import { flushDoesNotInterrupt } from '../reasons.js';
import { GUP_CPU, runs } from '../setup.js';
import { IRQS_ON } from './gup-patches.js';

/** A page of a file, its table, and the upper-level entry. */
export function tableSetup(w: World): TableSetup {
  const vma = w.vma({ pages: 1, mapping: w.addressSpace() });
  const folio = linux(w).folio({ pages: 1, refcount: 2 });
  linux(w).mapFolio(vma, folio, { young: true });
  w.contexts.track(GUP_CPU);
  return { vma, ptdesc: w.pmds.add(vma) };
}

/** Race E6 where the flush is the interrupt. */
export const tableFreeByFlush: Scenario = defineScenario<TableSetup>({
  id: 'gup/table-free-by-flush',
  title: 'A page table is freed after a flush that interrupts the lockless walker',
  source:
    'tlb_remove_table() as the ptep_get_lockless() thread of October 2022 (seed 003) discusses it: the scheme without RCU',
  about:
    'A lockless walker holds a pointer to a table and nothing that keeps the table. Is the flush before a table is freed enough to protect it? Yes, where every flush interrupts: the flush also waits for the walker, whose interrupts are off. x86 did it that way. It fails if a hypervisor flushes without an interrupt, and machines that broadcast invalidations never had it. The verdict is then PTUAF: no value is torn and no page is lost, but the table is reused.',
  invariants: ['PTUAF', 'UAF', 'TORN'],
  params: { block: 1 },
  notApplicable: flushDoesNotInterrupt,
  setup(w) {
    runs(w, WITHOUT_RCU);
    return tableSetup(w);
  },
  agents: { retract: retract('frees the table after the flush'), gup },
  mutants: {
    paravirt: {
      what: 'the flush is a hypercall that interrupts nobody',
      breaks: 'PTUAF',
      why: 'the walker still reads the table when it goes back to the allocator',
      params: { flush: 'paravirt' },
    },
    'irqs-on': {
      what: 'the walker leaves interrupts on',
      breaks: 'PTUAF',
      why: 'it acknowledges the flush between two loads and goes on in a table that is gone',
      patch: IRQS_ON,
    },
  },
});

/** Race E6 with a call of all CPUs. */
export const tableFreeBySync: Scenario = defineScenario<TableSetup>({
  id: 'gup/table-free-by-sync',
  title: 'A page table is freed after a call of all CPUs',
  source:
    'tlb_remove_table_sync_one() as the ptep_get_lockless() thread of October 2022 (seed 003) discusses it; Linux 6.1',
  about:
    'Where the flush may not interrupt, tables need a wait of their own. Without memory for a batch, Linux sends an IPI with nothing to do to every CPU. Does that protect a walker? Yes: a CPU handles the IPI only with interrupts on, so a walker that was in the table has finished. The IPI is sent under hypervisors too, and on machines that broadcast invalidations, so it holds here with a flush that waits for nobody. khugepaged lacked it when it took tables away from files.',
  invariants: ['PTUAF', 'UAF', 'TORN'],
  params: { block: 1, flush: 'paravirt' },
  setup(w) {
    runs(w, NO_MEMORY);
    return tableSetup(w);
  },
  agents: { retract: retract('calls all CPUs, then frees the table'), gup },
  linux: { '6.12': 'upstream' },
  mutants: {
    'flush-only': {
      what: 'the table is freed after the flush',
      breaks: 'PTUAF',
      why: 'a flush by broadcast or hypercall is complete while the walker is still in the table',
      patch: { tlbRemoveTableSyncOne: nothing },
    },
    'irqs-on': {
      what: 'the walker leaves interrupts on',
      breaks: 'PTUAF',
      why: 'it acknowledges the interrupt in the middle of its walk',
      patch: IRQS_ON,
    },
    'rcu-reader': {
      what: 'the walker relies on an RCU read section and leaves interrupts on',
      breaks: 'PTUAF',
      why: 'a call of all CPUs waits for interrupts, not for readers',
      agents: { gup: { ...rcuReader, cpu: GUP_CPU } },
    },
  },
});

/** Race E6 with a grace period. */
export const tableFreeByRcu: Scenario = defineScenario<TableSetup>({
  id: 'gup/table-free-by-rcu',
  title: 'A page table is freed after a grace period',
  source:
    'MMU_GATHER_RCU_TABLE_FREE as the ptep_get_lockless() thread of October 2022 (seed 003) discusses it: pending until the callback runs',
  about:
    'Where flushes do not interrupt, tables are normally freed by a callback after a grace period. Does that protect a walker? Yes: a CPU with interrupts off ends no grace period. It needs nothing from the flush, so it holds here with a flush that waits for nobody. It also covers walkers that only hold an RCU read section, which an IPI to all CPUs does not. The late callback is fine for a table that nobody can find. For one entry, which the next fault may fill at once, it is too late; see `gup/aba-grace-period`.',
  invariants: ['PTUAF', 'UAF', 'TORN'],
  params: { block: 1, flush: 'paravirt' },
  setup(w) {
    w.contexts.track(GUP_CPU + 1);
    return tableSetup(w);
  },
  agents: {
    retract: retract('frees the table by RCU'),
    gup,
    reader: rcuReader,
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-grace-period': {
      what: 'the table is freed at once, as if nobody else used the address space',
      breaks: 'PTUAF',
      why: 'the walker still reads the table when it goes back to the allocator',
      patch: WITHOUT_RCU,
    },
    'call-of-all-cpus': {
      what: 'a call of all CPUs takes the place of the grace period',
      breaks: 'PTUAF',
      why: 'the reader with interrupts on acknowledges it in the middle of its walk',
      patch: NO_MEMORY,
    },
  },
});
