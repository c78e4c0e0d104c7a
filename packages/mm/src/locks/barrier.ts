/**
 * Memory barriers between CPUs. (include/asm-generic/barrier.h; arch/arm64/include/asm/barrier.h: DMB ISH, ISHLD, ISHST;
 * arch/loongarch/include/asm/barrier.h: DBAR with hints.) Where the order of memory is stronger, they are no steps.
 */
import { Barrier, fence, type Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/** Loads before it are made before loads after it. @kernel smp_rmb */
export function* smpRmb(_m: Machine): Step<void> {
  yield* fence({ op: 'smp_rmb' }, Barrier.LOADS);
}

/** Stores before it are seen before stores after it. @kernel smp_wmb */
export function* smpWmb(_m: Machine): Step<void> {
  yield* fence({ op: 'smp_wmb' }, Barrier.STORES);
}

/** All accesses before it come before all after it; the stores among them have reached memory. @kernel smp_mb */
export function* smpMb(_m: Machine): Step<void> {
  yield* fence({ op: 'smp_mb' });
}

/** Functions that others call by name. */
export const BARRIER = { smpRmb, smpWmb, smpMb } as const;

type BarrierFunctions = typeof BARRIER;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends BarrierFunctions {}
}
