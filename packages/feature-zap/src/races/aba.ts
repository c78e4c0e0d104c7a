import type { AgentSpec, Scenario, World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { gup } from '../agents/gup.js';
import { toucher } from '../agents/toucher.js';
import { dontneed, dontneedTwice } from '../agents/zap.js';
import { KVM_FLUSH } from '../ops/flush-tlb-multi.js';
import { UNANNOUNCED } from '../ops/pending.js';
import { FORCE_FLUSH, MAINLINE } from '../ops/proposal.js';
import { wholeEntries } from '../reasons.js';
import { runs, type ThreeFolios, threeFolios } from '../setup.js';
import { IRQS_ON } from './gup-patches.js';

/** A second thread that throws pages away; in races that can do with one, it does nothing. */
const idle: AgentSpec<ThreeFolios> = { ...dontneed(1), note: 'idle', *run() {} };

/** One thread that zaps, twice. */
const TWICE = { zap: dontneedTwice(0), 'other zap': idle };

/** The proposal. */
export function proposed(w: World): ThreeFolios {
  runs(w, UNANNOUNCED);
  runs(w, FORCE_FLUSH);
  return threeFolios(w);
}

/** Race A12, as the proposal wants it. */
export const aba: Scenario = defineScenario<ThreeFolios>({
  id: 'gup/aba',
  title: 'An entry read in two halves goes away and comes back with one half changed',
  source:
    'ptep_get_lockless() thread, October 2022 (seed 003): force_flush in zap_pte_range(), and the reply that doubts it',
  about:
    'A reader without the lock loads an entry as low, high, low, and takes high to belong to an unchanged low. Can the entry change and return with the same low half? Linux says no: between two mappings a flush must interrupt the reader. Both assumptions were questioned. MADV_DONTNEED defers its flush past the lock, so a fault may come first; and a hypervisor may flush without an interrupt. A flush before the lock is dropped repairs the first, not the second. One zapping thread with a deferred flush is enough if the new page is a multiple of 4 GiB away.',
  invariants: ['TORN'],
  params: { block: 1 },
  setup: proposed,
  agents: {
    zap: dontneed(0),
    'other zap': dontneed(1),
    fault: toucher,
    gup,
  },
  linux: {
    '6.12': {
      what: 'MADV_DONTNEED flushes after the page-table lock was dropped',
      kernel: { file: 'mm/memory.c', functions: ['zap_pte_range', 'zap_page_range_single'] },
      known:
        'what the thread of October 2022 (seed 003) is about; the flush under the lock was not merged, and no other repair was found',
      breaks: 'TORN',
      why: 'both zaps have emptied the entry and wait for the reader to answer, so no flush lies between A, B and C',
      unless: wholeEntries,
      patch: MAINLINE,
    },
  },
  mutants: {
    postponed: {
      what: 'the flush comes after the page-table lock was dropped, as in mainline',
      breaks: 'TORN',
      why: 'both zaps have emptied the entry and wait for the reader to answer, so no flush lies between A, B and C',
      unless: wholeEntries,
      patch: MAINLINE,
    },
    'postponed-one-zapper': {
      what: 'the same with one thread that zaps, once',
      breaks: 'TORN',
      why: 'the reader takes its high half from the empty entry; the next page brings the old low half back before any flush',
      unless: wholeEntries,
      patch: MAINLINE,
      agents: { 'other zap': idle },
    },
    paravirt: {
      what: 'the flush comes before the lock is dropped, but is a hypercall that interrupts nobody',
      breaks: 'TORN',
      why: 'a flush lies between A, B and C, but the reader with its interrupts off does not hold it up',
      unless: wholeEntries,
      params: { flush: 'paravirt' },
      agents: TWICE,
    },
    'kvm-flush': {
      what: 'the flush is that of KVM: preempted CPUs get a note, running ones an interrupt',
      breaks: 'TORN',
      why: 'a reader whose CPU the host has preempted between two loads is not waited for',
      unless: wholeEntries,
      params: { flush: 'paravirt' },
      patch: KVM_FLUSH,
      agents: TWICE,
    },
    'hyperv-flush': {
      what: 'the flush is a hypercall of Hyper-V',
      breaks: 'TORN',
      why: 'the hypervisor flushes, and no CPU is interrupted',
      unless: wholeEntries,
      params: { flush: 'paravirt' },
      agents: TWICE,
    },
    'xen-flush': {
      what: 'the flush is a hypercall of Xen',
      breaks: 'TORN',
      why: 'the hypervisor flushes, and no CPU is interrupted',
      unless: wholeEntries,
      params: { flush: 'paravirt' },
      agents: TWICE,
    },
    'irqs-on': {
      what: 'the reader leaves interrupts on',
      breaks: 'TORN',
      why: 'the flush interrupts the reader between two of its loads, and the reader goes on as if nothing had been',
      unless: wholeEntries,
      patch: IRQS_ON,
    },
  },
});
