import { addrOf, type Ptep, type PteWord, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Machine, Patch, Scenario, World } from '@racewalk/machine';
import { defineScenario, type Folio, linux } from '@racewalk/mm';
import { onlyPage } from '../ops/fault.js';
import { wholeEntries } from '../reasons.js';
import { GUP_CPU, runs } from '../setup.js';
import { IRQS_ON } from './gup-patches.js';

/** An upper-level entry, empty, and two huge pages it may map. Its low half is the same for both. */
interface Upper {
  readonly vma: Vma;
  readonly pmdp: Ptep;
  readonly huge: Folio;
  readonly other: Folio;
}

/** The repair: the flush comes before the lock is dropped. */
const FLUSH_UNDER_LOCK: Patch = {
  *zapHugePmd(m, tlb, vma, pmdp, addr) {
    yield* m.lock(pmdp.table.ptl);
    const old = yield* m.pmd.pmdpHugeClearFlush(vma, addr, pmdp);
    const page = m.world.frames.at(m.v.ptePfn(old));
    if (page !== undefined) yield* m.k.folioRemoveRmapPte(page);
    yield* m.unlock(pmdp.table.ptl);
    if (page !== undefined) m.k.__tlbRemovePage(tlb, page);
    return page !== undefined;
  },
};

/** `zap_huge_pmd()` as it stands: the flush comes when the gather ends. */
const FLUSH_WITH_GATHER: Patch = {
  *zapHugePmd(m, tlb, vma, pmdp, addr) {
    return yield* m.k.zapHugePmd(tlb, vma, pmdp, addr);
  },
};

function setup(w: World): Upper {
  runs(w, FLUSH_UNDER_LOCK);
  const vma = w.vma({ pages: 1, name: 'pmd' });
  const huge = linux(w).folio({ name: 'huge', pages: 1, pfn: 0x100200, mapcount: 1 });
  const other = linux(w).folio({ name: 'other huge', pages: 1, pfn: 0x200200, mapcount: 1 });
  w.contexts.track(GUP_CPU);
  return { vma, pmdp: vma.table.entries[0]!, huge, other };
}

/** The entry a fault makes for a huge page: writable, written, used. @kernel maybe_pmd_mkwrite (of a huge page as long as a page) */
function hugePmd(m: Machine, vma: Vma, folio: Folio): PteWord {
  const plain = m.p.pfnPmd(onlyPage(folio).pfn, m.v.mkProt(vma.prot));
  return m.p.pmdMkdirty(m.p.pmdMkyoung(m.p.pmdMkwrite(plain)));
}

/** A fault on an empty entry. @kernel __do_huge_pmd_anonymous_page (without a table put aside) */
function* hugeFault(m: Machine, s: Upper, folio: Folio): Step<void> {
  yield* m.lock(s.pmdp.table.ptl);
  if (m.v.pteNone(yield* m.pmd.pmdpGet(s.pmdp)))
    yield* m.pmd.setPmdAt(s.vma.mm, addrOf(s.pmdp.vpn), s.pmdp, hugePmd(m, s.vma, folio));
  yield* m.unlock(s.pmdp.table.ptl);
}

/** Touches the page and throws it away. */
const zap: AgentSpec<Upper> = {
  cpu: 0,
  role: 'kernel',
  note: 'huge page fault, MADV_DONTNEED',
  *run(m, s) {
    yield* hugeFault(m, s, s.huge);
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
  run: (m, s) => hugeFault(m, s, s.other),
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
  assumes: 'a huge page is mapped one level up, and the protocol of the check maps leaves only',
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
