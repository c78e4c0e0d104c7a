import { addrOf, type Ptep, type Vma } from '@racewalk/core';
import { type AgentSpec, nothing, type Patch, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, linux, spareHugePages, spareTables, upperLevel } from '@racewalk/mm';
import { wholeEntries } from '../reasons.js';
import { GUP_CPU, runs } from '../setup.js';
import { IRQS_ON } from './gup-patches.js';

/** An area, empty, and the entry above it. */
interface Upper {
  readonly vma: Vma;
  readonly pmdp: Ptep;
}

/** The repair: the flush comes before the lock is dropped, and the gather has none to make. */
const FLUSH_UNDER_LOCK: Patch = {
  *pmdpHugeGetAndClearFull(m, vma, addr, pmdp) {
    return yield* m.pmd.pmdpHugeClearFlush(vma, addr, pmdp);
  },
  tlbRemovePmdTlbEntry: nothing,
};

/** `zap_huge_pmd()` as it stands: the flush comes when the gather ends. */
const FLUSH_WITH_GATHER: Patch = {
  *pmdpHugeGetAndClearFull(m, vma, addr, pmdp, full) {
    return yield* m.pmd.pmdpHugeGetAndClearFull(vma, addr, pmdp, full);
  },
  tlbRemovePmdTlbEntry: (m, tlb, vma, pmdp) => m.k.tlbRemovePmdTlbEntry(tlb, vma, pmdp),
};

/** A huge page that a fault on this CPU maps. Its low half is that of the other. */
function mayMap(w: World, vma: Vma, cpu: number, name: string, pfn: number): void {
  spareHugePages(w, cpu, [linux(w).folio({ name, pages: 1, huge: true, pfn, refcount: 1, mapcount: 0 })]);
  spareTables(w, cpu, [w.pmds.spare(vma)]);
}

function setup(w: World): Upper {
  runs(w, FLUSH_UNDER_LOCK);
  const vma = w.vma({ pages: 1 });
  const { pmdp } = upperLevel(w, vma, { leads: 'none' });
  mayMap(w, vma, 0, 'huge', 0x100200);
  mayMap(w, vma, 1, 'other huge', 0x200200);
  w.contexts.track(GUP_CPU);
  return { vma, pmdp };
}

/** Touches the page and throws it away. */
const zap: AgentSpec<Upper> = {
  cpu: 0,
  role: 'kernel',
  note: 'huge page fault, MADV_DONTNEED',
  *run(m, s) {
    yield* m.k.doHugePmdAnonymousPage(s.vma, s.pmdp, 'store');
    const tlb = yield* m.k.tlbGatherMmu(s.vma.mm);
    yield* m.k.zapHugePmd(tlb, s.vma, s.pmdp, addrOf(s.pmdp.vpn));
    yield* m.k.tlbFinishMmu(tlb);
  },
};

/** Another thread touches it, too. */
const fault: AgentSpec<Upper> = {
  cpu: 1,
  role: 'kernel',
  note: 'huge page fault',
  *run(m, s) {
    yield* m.k.doHugePmdAnonymousPage(s.vma, s.pmdp, 'store');
  },
};

/** `gup_fast_pmd_range`, as far as the huge leaf. */
const gup: AgentSpec<Upper> = {
  cpu: GUP_CPU,
  role: 'kernel',
  note: 'lockless, irqs off',
  *run(m, s) {
    yield* m.k.localIrqSave();
    yield* m.pmd.pmdpGetLockless(s.pmdp);
    yield* m.k.localIrqRestore();
  },
};

/** Seed 003, one level up: what the proposal left open. */
export const pmdZap: Scenario = defineScenario<Upper>({
  id: 'gup/pmd-zap',
  title: 'A huge page is thrown away and another one comes while a lockless walker reads the entry in halves',
  source:
    'ptep_get_lockless() thread, October 2022 (seed 003), which leaves the PMD level open; zap_huge_pmd(), pmdp_get_lockless()',
  about:
    'A walker with interrupts off reads an upper-level entry as low, high, low. Can it put two huge pages together? Not if a flush, which has to interrupt it, lies between the two. Linux empties the entry under the lock and flushes when the gather ends. By then a fault may have mapped another huge page whose low half is the same: one zap is enough, if the second page is a multiple of 4 GiB away. With the flush under the lock the machine finds no such read.',
  invariants: ['TORN'],
  params: { block: 1 },
  setup,
  agents: { zap, fault, gup },
  linux: {
    '6.12': {
      what: 'zap_huge_pmd drops the lock, and the gather flushes later',
      kernel: { file: 'mm/huge_memory.c', functions: ['zap_huge_pmd'] },
      known:
        'the thread of October 2022 (seed 003) speaks of leaf entries only. Still so in the newest text that was looked at. It takes a 32-bit kernel with PAE, transparent huge pages, and two huge pages a multiple of 4 GiB apart; no report was found',
      breaks: 'TORN',
      why: 'the walker takes its high half from the empty entry, and the next huge page brings the low half back before any flush',
      unless: wholeEntries,
      patch: FLUSH_WITH_GATHER,
    },
  },
  mutants: {
    'irqs-on': {
      what: 'the walker leaves interrupts on',
      breaks: 'TORN',
      why: 'the flush interrupts it between two of its loads, and it goes on as if nothing had been',
      unless: wholeEntries,
      patch: IRQS_ON,
    },
    paravirt: {
      what: 'the flush is a hypercall that interrupts nobody',
      breaks: 'TORN',
      why: 'a flush lies between the two pages, but the walker does not hold it up',
      unless: wholeEntries,
      params: { flush: 'paravirt' },
    },
  },
});
