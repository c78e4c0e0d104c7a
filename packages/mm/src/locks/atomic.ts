/** `atomic_t`. (include/linux/atomic/atomic-instrumented.h) */
import type { Cell, Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { addTo } from '../words.js';

/** Add one in one step; orders nothing. @kernel atomic_inc */
export function* atomicInc(m: Machine, cell: Cell): Step<void> {
  yield* addTo(cell, 1, { op: 'atomic_inc', text: m.world.cells.cells[cell]?.name ?? `cell ${cell}` });
}

/** Functions that others call by name. */
export const ATOMIC = { atomicInc } as const;

type AtomicFunctions = typeof ATOMIC;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends AtomicFunctions {}
}
