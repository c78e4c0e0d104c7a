import { addrOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Machine } from '@racewalk/machine';

/** What a caller of MADV_DONTNEED does beside. */
export interface DontneedPlan {
  /** Say that the range is unmapped when all is done. */
  readonly promise?: boolean;
  /** Calls, each complete before the next. Default one. */
  readonly times?: number;
  /** Comes after each. */
  readonly after?: (m: Machine, round: number) => Step<void>;
}

/** `madvise(MADV_DONTNEED)` of the whole area; nobody here takes `mmap_lock` for writing, so it is left out. */
export function dontneed(cpu: number, plan: DontneedPlan = {}): AgentSpec<{ readonly vma: Vma }> {
  const { promise = false, times = 1, after } = plan;
  return {
    cpu,
    role: 'kernel',
    note: times === 1 ? 'MADV_DONTNEED' : `MADV_DONTNEED, ${times} times`,
    *run(m, s): Step<void> {
      for (let i = 0; i < times; i++) {
        yield* m.k.madviseDontneedSingleVma(s.vma, addrOf(s.vma.start), addrOf(s.vma.end));
        if (after !== undefined) yield* after(m, i);
      }
      if (promise) yield* m.completes('unmapped', s.vma);
    },
  };
}
