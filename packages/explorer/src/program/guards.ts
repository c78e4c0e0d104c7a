/** The words that a guarded step waits for: it can be taken where each of them passes its test. */
import type { Op } from '@racewalk/core/step';

/** The first word that says no in this memory; -1 if none does. */
export function heldBy({ guards, test }: Op, mem: Int32Array): number {
  for (let i = 0; i < guards.length; i++) {
    const cell = guards[i]!;
    if (!test!(mem[cell]!, cell)) return cell;
  }
  return -1;
}

/** The same in a state that is only imagined. */
export function heldIn({ guards, test }: Op, past: { value(cell: number): number }): number {
  for (let i = 0; i < guards.length; i++) {
    const cell = guards[i]!;
    if (!test!(past.value(cell), cell)) return cell;
  }
  return -1;
}
