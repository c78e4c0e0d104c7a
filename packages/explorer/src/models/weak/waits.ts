import { Order } from '@racewalk/core/step';
import type { Automata } from '../../program/automata.js';
import { Kind } from '../../program/kinds.js';
import type { WeakBuffers } from './buffers.js';
import { Demand } from './demands.js';

/**
 * Which stores of its thread a step waits for: as few as say that the others have left. An answer is the same array
 * every time, so it must be used before the next question.
 */
export class Waits {
  readonly #auto: Automata;
  readonly #buffers: WeakBuffers;
  readonly #answer: number[] = [];

  constructor(auto: Automata, buffers: WeakBuffers) {
    this.#auto = auto;
    this.#buffers = buffers;
  }

  /** For what the step at `node` demands, when its thread had issued `issued` stores and marked those below `mark`. */
  of(demand: Demand, thread: number, node: number, mark: number, issued: number): readonly number[] {
    return demand === Demand.ALL ? this.all(thread, issued) : this.own(thread, node, mark, issued);
  }

  /** The first `issued` stores of `thread`. */
  all(thread: number, issued: number): readonly number[] {
    const b = this.#buffers;
    const answer = this.#answer;
    answer.length = 0;
    const count = b.newest(thread, issued);
    for (let i = 0; i < count; i++) answer.push(b.found[i]!);
    return answer;
  }

  /**
   * Those below `mark`, and those to the words of the step. To take a lock waits for the release of any other: Linux wants
   * what stands in the first section seen before what stands in the second. (tools/memory-model, po-unlock-lock-po; on
   * arm64 an STLR before an LDAXR)
   */
  own(thread: number, node: number, mark: number, issued: number): readonly number[] {
    const { cell, cells, kind, order } = this.#auto.ops[node]!;
    this.all(thread, mark);
    if ((kind === Kind.LOCK || kind === Kind.TRYLOCK) && order === Order.USUAL) {
      const entry = this.#buffers.newestUnlock(thread, issued);
      if (entry >= mark && entry >= 0) this.#answer.push(entry);
    }
    if (cell >= 0) this.#same(thread, cell, mark, issued);
    for (const c of cells) this.#same(thread, c, mark, issued);
    return this.#answer;
  }

  #same(thread: number, cell: number, mark: number, issued: number): void {
    const entry = this.#buffers.newestTo(thread, cell, issued);
    if (entry >= mark && entry >= 0) this.#answer.push(entry);
  }
}
