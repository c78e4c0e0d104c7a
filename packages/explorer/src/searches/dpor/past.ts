import { E, S } from '../../execution/events.js';
import type { Execution } from '../../execution/execution.js';
import type { Past } from '../../models/model.js';
import { N } from '../../program/automata.js';
import { Mode } from '../../program/footprints.js';

/** An execution with the vector clocks of its events; the array is replaced when it grows. */
export interface Clocked {
  readonly x: Execution;
  readonly agents: number;
  /** `clock[d * agents + a]`: one more than the newest event of agent a that happens before event d. */
  readonly clock: Int32Array;
}

/** Whether `event` is `earlier`, or happens after it. */
export const happensAfter = ({ x, clock, agents }: Clocked, event: number, earlier: number): boolean =>
  clock[event * agents + x.events[(earlier << E.SHIFT) + E.AGENT]!]! > earlier;

/** The state after all events but event {@link without}, those in {@link also}, and those that happen after one of them. */
export class PastWithout implements Past {
  without = 0;
  readonly also: number[] = [];
  readonly #s: Clocked;

  constructor(s: Clocked) {
    this.#s = s;
  }

  value(cell: number): number {
    return this.valueFrom(cell, this.#s.x.cellLast[cell]!);
  }

  /** Whether event `i` stays. */
  keeps(i: number): boolean {
    if (!this.#staysWithout(i, this.without)) return false;
    for (const e of this.also) if (!this.#staysWithout(i, e)) return false;
    return true;
  }

  #staysWithout(i: number, e: number): boolean {
    return i < e || !happensAfter(this.#s, i, e);
  }

  valueFrom(cell: number, newest: number): number {
    const { x } = this.#s;
    const { slots, events } = x;
    let bits = 0;
    for (let k = newest; k >= 0; ) {
      const slot = k << S.SHIFT;
      const i = slots[slot + S.EVENT]!;
      if (slots[slot + S.MODE]! !== Mode.READ && this.keeps(i)) {
        // An OR that stays may stand after one that goes, so its own result says too much.
        if (slots[slot + S.MODE]! !== Mode.OR) return slots[slot + S.AFTER]! | bits;
        bits |= x.auto.nodes[(events[(i << E.SHIFT) + E.NODE]! << N.SHIFT) + N.A]!;
      }
      k = slots[slot + S.STORE]!;
    }
    return (cell < x.cells ? x.initial[cell]! : 0) | bits;
  }
}
