/** Memory as an observer sees it within one step. */

import type { Cell, Word } from '@racewalk/core/step';
import type { StepView } from './observer.js';

/** A view that is pointed at the memory of the current step; one object serves a whole world. */
export class MemoryView implements StepView {
  #mem: Int32Array = new Int32Array(0);
  #base = 0;

  /** Point the view at the state of a step. */
  at(mem: Int32Array, base: number): this {
    this.#mem = mem;
    this.#base = base;
    return this;
  }

  get(cell: Cell): Word {
    return this.#mem[this.#base + cell] ?? 0;
  }

  set(cell: Cell, value: Word): void {
    this.#mem[this.#base + cell] = value;
  }
}
