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

/** The state after all events but event {@link without} and those that happen after it. */
export class PastWithout implements Past {
  without = 0;
  readonly #s: Clocked;

  constructor(s: Clocked) {
    this.#s = s;
  }

  value(cell: number): number {
    return this.valueFrom(cell, this.#s.x.cellLast[cell]!);
  }

  valueFrom(cell: number, newest: number): number {
    const { x, clock, agents } = this.#s;
    const { slots, events } = x;
    const e = this.without;
    const agent = events[(e << E.SHIFT) + E.AGENT]!;
    let bits = 0;
    for (let k = newest; k >= 0; ) {
      const slot = k << S.SHIFT;
      const i = slots[slot + S.EVENT]!;
      if (i < e || (i !== e && clock[i * agents + agent]! <= e)) {
        // An OR that stays may stand after one that goes, so its own result says too much.
        if (slots[slot + S.MODE]! !== Mode.OR) return slots[slot + S.AFTER]! | bits;
        bits |= x.auto.nodes[(events[(i << E.SHIFT) + E.NODE]! << N.SHIFT) + N.A]!;
      }
      k = slots[slot + S.PREV]!;
    }
    return (cell < x.cells ? x.initial[cell]! : 0) | bits;
  }
}
