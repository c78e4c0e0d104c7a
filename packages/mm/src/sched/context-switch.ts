/** Which task a CPU runs, as far as its address space is concerned. @kernel kernel/sched/core.c */
import type { Mm } from '@racewalk/core';
import { type Step, write } from '@racewalk/core/step';
import { loadSpace, type Machine, runUser, stopUser } from '@racewalk/machine';
import { spacesOf, thisCpu } from '../mmu_context/words.js';

/** Load an address space, as this architecture does it. Interrupts are off. @kernel switch_mm */
export function* switchMm(m: Machine, next: Mm): Step<void> {
  const { kind } = spacesOf(m);
  if (kind === 'tlb-gen') return yield* m.k.switchMmIrqsOff(next);
  if (kind === 'versions') return yield* m.k.switchMmuContext(next);
  // Where invalidations are not broadcast, the mask says who has to be told.
  if (m.arch.has('ipiFlush')) yield* m.k.cpumaskSetCpu(next);
  yield* m.k.checkAndSwitchContext(next);
}

/**
 * The CPU of this agent goes on with another task: one of an address space, whose user code runs when this returns; or a
 * kernel thread (null), which keeps what is loaded. @kernel context_switch
 */
export function* contextSwitch(m: Machine, next: Mm | null): Step<void> {
  yield* stopUser(m);
  if (next === null) {
    yield* m.k.enterLazyTlb();
    return;
  }
  yield* m.k.localIrqSave();
  yield* m.k.switchMm(next);
  yield* m.k.localIrqRestore();
  yield* runUser(m);
}

/** The CPU gives up what it has loaded: it goes to sleep for long, or offline. @kernel leave_mm */
export function* leaveMm(m: Machine): Step<void> {
  const { kind } = spacesOf(m);
  yield* stopUser(m);
  yield* m.k.localIrqSave();
  if (kind === 'tlb-gen') yield* m.k.switchMmIrqsOff(null);
  else {
    yield* loadSpace(m, null);
    yield* write(thisCpu(m).loadedMm, 0, { op: 'this_cpu_write', text: 'active_mm = init_mm' });
  }
  yield* m.k.localIrqRestore();
}

/** Functions that others call by name. */
export const SCHED = { switchMm, contextSwitch, leaveMm } as const;

type SchedFunctions = typeof SCHED;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends SchedFunctions {}
}
