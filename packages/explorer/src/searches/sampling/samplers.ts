/** Which agent moves next in a random schedule. */
import type { Execution } from '../../execution/execution.js';
import type { Prng } from './prng.js';

/** Picks the next agent of one execution; -1 if no agent can move. */
export interface Sampler {
  begin(prng: Prng): void;
  pick(x: Execution, prng: Prng): number;
}

/** A thread drawn uniformly at every step. */
export class RandomSampler implements Sampler {
  begin(): void {}

  pick(x: Execution, prng: Prng): number {
    let found = -1;
    let count = 0;
    for (let a = 0; a < x.agents; a++) {
      if (x.enabled(a) && prng.below(++count) === 0) found = a;
    }
    return found;
  }
}

/**
 * Probabilistic concurrency testing (Burckhardt and others, 2010): random priorities, the highest that
 * can run does, and at `depth - 1` random steps the running one becomes the lowest. Finds any bug that
 * takes `depth` ordering constraints with probability at least 1 / (agents * steps^(depth-1)).
 */
export class PctSampler implements Sampler {
  readonly #priority: number[];
  readonly #depth: number;
  #changes: number[] = [];
  #length = 1;
  #step = 0;
  #lowest = 0;

  constructor(agents: number, depth: number) {
    this.#priority = new Array<number>(agents).fill(0);
    this.#depth = depth;
  }

  begin(prng: Prng): void {
    this.#length = Math.max(this.#length, this.#step);
    this.#step = 0;
    this.#lowest = 0;
    const { length } = this.#priority;
    for (let a = 0; a < length; a++) {
      const other = prng.below(a + 1);
      this.#priority[a] = this.#priority[other]!;
      this.#priority[other] = a + 1;
    }
    this.#changes = Array.from({ length: this.#depth - 1 }, () => prng.below(this.#length) + 1);
  }

  pick(x: Execution): number {
    let best = this.#highest(x);
    this.#step++;
    if (best >= 0 && this.#changes.includes(this.#step)) {
      this.#priority[best] = --this.#lowest;
      best = this.#highest(x);
    }
    return best;
  }

  #highest(x: Execution): number {
    let best = -1;
    for (let a = 0; a < x.agents; a++) {
      if (x.enabled(a) && (best < 0 || this.#priority[a]! > this.#priority[best]!)) best = a;
    }
    return best;
  }
}
