import { nothing, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { gup } from '../agents/gup.js';
import { reclaim, swapIn } from '../agents/reclaim.js';
import { wholeEntries } from '../reasons.js';
import { type SwapCached, swapCached } from '../setup.js';

/** A folio that must be written first: reclaim flushes before it is. */
export const abaVsPageout: Scenario = defineScenario<SwapCached>({
  id: 'gup/aba-vs-pageout',
  title: 'Reclaim unmaps a dirty page with its flush put off, and a fault brings it back',
  source:
    'ptep_get_lockless() thread, October 2022 (seed 003): other code that makes a present entry non-present with the flush still queued',
  about:
    'The last message accepts the proposal if nobody else empties a present entry and flushes later. It calls the batched unmap of reclaim harmless. Is it, for a dirty page? Yes. Reclaim holds the folio lock from before it sets the swap entry until the page is written, and it flushes before it writes. A fault that finds the page in the swap cache waits for that lock, so it comes after a flush that has interrupted the reader.',
  invariants: ['TORN'],
  params: { block: 1 },
  setup: (w) => swapCached(w, true),
  agents: { reclaim, fault: swapIn({ access: 'store' }), gup },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-flush-before-write': {
      what: 'the flush waits for the end of the batch although the page is written now',
      breaks: 'TORN',
      why: 'the folio lock is free before the flush, and the fault maps the same page: low half as before, high half read from the swap entry',
      unless: wholeEntries,
      patch: { tryToUnmapFlushDirty: nothing },
    },
    paravirt: {
      what: 'the flush is a hypercall that interrupts nobody',
      breaks: 'TORN',
      why: 'unmap, flush, write and swap-in fit between two loads of the reader',
      unless: wholeEntries,
      params: { flush: 'paravirt' },
    },
  },
});

/** A folio that is clean: nothing makes reclaim flush before it lets go of the lock. */
export const abaVsReclaim: Scenario = defineScenario<SwapCached>({
  id: 'gup/aba-vs-reclaim',
  title: 'Reclaim unmaps a clean page with its flush put off, and a fault brings it back',
  source:
    'ptep_get_lockless() thread, October 2022 (seed 003): is code on the batched-unmap infrastructure unproblematic?',
  about:
    'Is the batched unmap of reclaim also harmless for a clean page? Only if the fault flushes. Reclaim does not write a clean page, so it drops the folio lock without a flush. If a fault holds a reference, reclaim keeps the page, and the fault maps it again. The entry goes from present to swap and back to the same value while the flush is still queued. A reader may load the high half of the swap entry between two equal low halves. Here the fault makes the queued flush before it maps. Linux makes it where entries are removed, but not in this fault.',
  invariants: ['TORN'],
  params: { block: 1 },
  setup: (w) => swapCached(w, false),
  agents: { reclaim, fault: swapIn({ drain: true }), gup },
  linux: {
    '6.12': {
      what: 'the fault maps the page without asking for flushes that are owed',
      kernel: { file: 'mm/memory.c', functions: ['do_swap_page'] },
      known:
        'the last message of the thread of October 2022 (seed 003) calls the batched unmap unproblematic; no flush_tlb_batched_pending() was found on the path from a fault to the new entry',
      breaks: 'TORN',
      why: 'present, swap entry and present again lie between two loads of the reader, and nobody has interrupted it',
      unless: wholeEntries,
      agents: { fault: swapIn() },
    },
  },
  mutants: {
    'fault-does-not-drain': {
      what: 'the fault maps the page without asking for flushes that are owed, as in Linux',
      breaks: 'TORN',
      why: 'present, swap entry and present again lie between two loads of the reader, and nobody has interrupted it',
      unless: wholeEntries,
      agents: { fault: swapIn() },
    },
    paravirt: {
      what: 'the flush is a hypercall that interrupts nobody',
      breaks: 'TORN',
      why: 'the fault asks for a flush, and the flush does not wait for the reader',
      unless: wholeEntries,
      params: { flush: 'paravirt' },
    },
  },
});
