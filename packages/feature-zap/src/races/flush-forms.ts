import { addrOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import {
  type AgentSpec,
  leavesOut,
  type Machine,
  type Params,
  type Scenario,
  UserCpu,
} from '@racewalk/machine';
import { defineScenario, freePage } from '@racewalk/mm';
import { type OnePage, onePage } from '../setup.js';

/** Every form in which the kernel invalidates. */
const FORMS = ['page', 'range', 'last-level', 'mm', 'nosync', 'clear-flush'] as const;
type Form = (typeof FORMS)[number];

function* flush(m: Machine, { vma }: OnePage, form: Form): Step<void> {
  const [start, end] = [addrOf(vma.start), addrOf(vma.end)];
  switch (form) {
    case 'page':
      return yield* m.tlb.flushTlbPage(vma, start);
    case 'range':
      return yield* m.tlb.flushTlbRange(vma, start, end);
    case 'last-level':
      return yield* m.tlb.flushTlbRange(vma, start, end, true);
    case 'mm':
      return yield* m.tlb.flushTlbMm(vma.mm);
    case 'nosync':
      yield* m.tlb.flushTlbRangeNosync(vma, start, end);
      return yield* m.tlb.dsb();
    case 'clear-flush':
  }
}

const formOf = ({ form }: Params): Form => FORMS.find((f) => f === form) ?? 'page';

/** Unmaps, flushes, and frees the page, on a CPU on which user code runs, too. */
const unmaps: AgentSpec<OnePage> = {
  cpu: 0,
  role: 'kernel',
  note: 'unmaps, flushes, frees',
  *run(m, s) {
    const { vma, ptep, folio } = s;
    const form = formOf(m.world.params);
    if (form === 'clear-flush') yield* m.pte.ptepClearFlush(vma, addrOf(vma.start), ptep);
    else yield* m.pte.ptepGetAndClear(vma.mm, addrOf(vma.start), ptep);
    yield* flush(m, s, form);
    for (const frame of folio.frames) yield* freePage(m, frame);
    yield* m.completes('unmapped', vma);
  },
};

const loads = (cpu: number): AgentSpec<OnePage> => ({
  cpu,
  role: 'user',
  note: 'loads',
  *run(m, s) {
    yield* new UserCpu(m, s.vma, { faults: false }).load(0);
  },
});

/** Whom a flush reaches. */
export const flushForms: Scenario = defineScenario<OnePage>({
  id: 'zap/flush-forms',
  title: 'Every form of a flush reaches every CPU, the own one first of all',
  source:
    'what the ptep_get_lockless() thread of October 2022 (seed 003) takes for granted of a native flush; Documentation/core-api/cachetlb.rst; flush_tlb_mm_range() in arch/x86/mm/tlb.c, Linux 6.12',
  about:
    'The kernel invalidates by the page, by the range, by the address space, by leaf only, in two halves, and inside ptep_clear_flush(). Does each of these reach every CPU? User code runs on the CPU that flushes, on the next and on one more, and each may have the translation by an access or by none: a TLB is filled ahead of accesses. After any of the forms nobody has it. A flush that leaves out its own CPU, or the last of three, lets the page be freed while it is translated.',
  invariants: ['UAF', 'STALE'],
  params: { block: 1 },
  sizes: FORMS.slice(1).map((form) => ({ form })),
  setup: (w) => onePage(w),
  agents: { unmaps, own: loads(0), second: loads(1), third: loads(2) },
  mutants: {
    'not-the-own': leavesOut(0, 'the CPU that makes it'),
    'not-the-third': leavesOut(2, 'the last of three CPUs'),
  },
});
