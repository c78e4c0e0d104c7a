import { addrOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { AgentSpec, Machine } from '@racewalk/machine';

/** What a caller of MADV_DONTNEED does beside. */
export interface DontneedPlan {
  /** Say that the range is unmapped when all is done. */
  readonly promise?: boolean;
}

/** `madvise(MADV_DONTNEED)` of the whole area; nobody here takes `mmap_lock` for writing, so it is left out. */
export const zapAll = (m: Machine, { vma }: { readonly vma: Vma }): Step<void> =>
  m.k.madviseDontneedSingleVma(vma, addrOf(vma.start), addrOf(vma.end));

/** One call of {@link zapAll}. */
export function dontneed(
  cpu: number,
  { promise = false }: DontneedPlan = {},
): AgentSpec<{ readonly vma: Vma }> {
  return {
    cpu,
    role: 'kernel',
    note: 'MADV_DONTNEED',
    *run(m, s): Step<void> {
      yield* zapAll(m, s);
      if (promise) yield* m.completes('unmapped', s.vma);
    },
  };
}

/** Two calls, one complete before the next. */
export const dontneedTwice = (cpu: number): AgentSpec<{ readonly vma: Vma }> => ({
  ...dontneed(cpu),
  note: 'MADV_DONTNEED, 2 times',
  *run(m, s): Step<void> {
    yield* zapAll(m, s);
    yield* zapAll(m, s);
  },
});
