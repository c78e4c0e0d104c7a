import { awaitWord } from '@racewalk/core/step';
import { type AgentSpec, FrameFlag, type Scenario } from '@racewalk/machine';
import { addTo, defineScenario } from '@racewalk/mm';
import { gup } from '../agents/gup.js';
import { dontneed } from '../agents/zap.js';
import { onlyPage } from '../ops/fault.js';
import { flushInterrupts } from '../reasons.js';
import { GUP_CPU, type OnePage, onePage } from '../setup.js';
import { EVEN_IF_ZERO, IRQS_ON, NO_RECHECK } from './gup-patches.js';

/** The next owner of the page: takes it as soon as it is free. */
const alloc: AgentSpec<OnePage> = {
  cpu: 3,
  role: 'kernel',
  note: 'next owner of the page',
  daemon: true,
  *run(_m, s) {
    const frame = onlyPage(s.folio);
    yield* awaitWord(frame.cell, (flags) => (flags & FrameFlag.FREED) !== 0, {
      op: 'alloc_page',
      text: frame.name,
    });
    yield* addTo(s.folio.refcount, 1, { op: 'prep_new_page', text: `new owner of ${frame.name}` });
  },
};

/** A page that is freed, and has a new owner, while a lockless walker is about to pin it. */
export const zapAndFree: Scenario = defineScenario<OnePage>({
  id: 'gup/zap-and-free',
  title: 'A page is zapped, freed and given to somebody else under a lockless walker',
  source:
    'gup_pte_range() as the ptep_get_lockless() thread of October 2022 (seed 003) takes it for granted: reference, then the entry once more',
  about:
    'A value read whole may be out of date. Between the load and the reference the page may be zapped, flushed, freed and owned by another process. What protects the walker? It takes the reference only if the count is not zero, and then reads the entry again. Where the flush interrupts, a walker with interrupts off keeps the page anyway, and neither check matters. On arm64 and under a hypervisor both are needed. Without them the page is wrong, not the value: the verdict is UAF where the split load has TORN.',
  invariants: ['UAF', 'TORN'],
  params: { block: 1 },
  setup(w) {
    w.contexts.track(GUP_CPU);
    return onePage(w);
  },
  agents: { zap: dontneed(0), gup, alloc },
  linux: { '6.12': 'upstream' },
  mutants: {
    'no-recheck': {
      what: 'the entry is not read again after the reference was taken',
      breaks: 'UAF',
      why: 'the reference went to the page of the next owner',
      unless: flushInterrupts,
      patch: NO_RECHECK,
    },
    'no-recheck-paravirt': {
      what: 'the same, where the flush is a hypercall',
      breaks: 'UAF',
      why: 'the flush does not wait for the walker, so the page may change hands before the reference is taken',
      params: { flush: 'paravirt' },
      patch: NO_RECHECK,
    },
    'no-recheck-irqs-on': {
      what: 'the same, with interrupts on during the walk',
      breaks: 'UAF',
      why: 'the walker acknowledges the flush in the middle of its walk',
      patch: { ...NO_RECHECK, ...IRQS_ON },
    },
    'get-even-if-zero': {
      what: 'the reference is taken whatever the count is',
      breaks: 'UAF',
      why: 'the count of a page in the free list becomes one, and the walker gives it back a second time',
      unless: flushInterrupts,
      patch: EVEN_IF_ZERO,
    },
    'get-even-if-zero-paravirt': {
      what: 'the same, where the flush is a hypercall',
      breaks: 'UAF',
      why: 'the page may be free before the reference is taken',
      params: { flush: 'paravirt' },
      patch: EVEN_IF_ZERO,
    },
  },
});
