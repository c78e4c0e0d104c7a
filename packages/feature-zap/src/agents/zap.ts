import type { Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Machine } from '@racewalk/machine';
import { newGather, tlbFlushMmu } from '../gather/gather.js';
import { type MadvisePlan, madviseDontneed } from '../ops/madvise.js';
import { type ZapDetails, zapPteRange } from '../ops/zap-pte-range.js';

/** `madvise(MADV_DONTNEED)`; says when it is done if `promise`. */
export function dontneed(
  cpu: number,
  plan: MadvisePlan & { readonly promise?: boolean } = {},
): AgentSpec<{ readonly vma: Vma }> {
  return {
    cpu,
    role: 'kernel',
    note: 'MADV_DONTNEED',
    *run(m, s) {
      yield* madviseDontneed(m, s.vma, plan);
      const start = s.vma.start + (plan.from ?? 0);
      if (plan.promise === true) yield* m.completes('unmapped', s.vma, start, start + (plan.pages ?? 1));
    },
  };
}

/**
 * A zap and its flush, `times` over, each complete before the next; without the counters by which gathers
 * know of each other, which have no part in the races that use this. `then` comes after each.
 */
export function zapper(
  cpu: number,
  details: ZapDetails = {},
  times = 1,
  then?: (m: Machine, round: number) => Step<void>,
): AgentSpec<{ readonly vma: Vma }> {
  return {
    cpu,
    role: 'kernel',
    note: times === 1 ? 'MADV_DONTNEED' : `MADV_DONTNEED, ${times} times`,
    *run(m, s): Step<void> {
      for (let i = 0; i < times; i++) {
        const tlb = newGather(m, s.vma.mm);
        yield* zapPteRange(tlb, s.vma, s.vma.start, s.vma.end, { drain: null, ...details });
        yield* tlbFlushMmu(tlb);
        if (then !== undefined) yield* then(m, i);
      }
    },
  };
}
