/** The two stateless strategies: draw one schedule after the other until a bound is reached. */
import { Kind } from '../automaton/kinds.js';
import type { Machine } from '../memory/machine.js';
import { enabled, execute } from '../memory/step.js';
import { judge } from '../memory/verdict.js';
import type { OnFault, Stop, Tally } from '../tally.js';
import { Prng } from './prng.js';

/** Picks the next agent of one execution; -1 if nobody can go on. */
export interface Sampler {
  begin(prng: Prng): void;
  pick(m: Machine, prng: Prng): number;
}

/** A thread drawn uniformly at every step. */
export class RandomSampler implements Sampler {
  begin(): void {}

  pick(m: Machine, prng: Prng): number {
    let found = -1;
    let count = 0;
    for (let a = 0; a < m.agents; a++) {
      if (enabled(m, a) && prng.below(++count) === 0) found = a;
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

  pick(m: Machine): number {
    let best = this.#highest(m);
    this.#step++;
    if (best >= 0 && this.#changes.includes(this.#step)) {
      this.#priority[best] = --this.#lowest;
      best = this.#highest(m);
    }
    return best;
  }

  #highest(m: Machine): number {
    let best = -1;
    for (let a = 0; a < m.agents; a++) {
      if (enabled(m, a) && (best < 0 || this.#priority[a]! > this.#priority[best]!)) best = a;
    }
    return best;
  }
}

/** Draw schedules until a bound is reached. Execution i always uses the i-th stream of the seed. */
export function searchSampling(
  m: Machine,
  sampler: Sampler,
  seed: number,
  tally: Tally,
  onFault: OnFault,
): Stop {
  for (;;) {
    const stop = tally.pause();
    if (stop !== null) return stop;
    const prng = new Prng(seed, tally.executions);
    m.reset();
    sampler.begin(prng);
    for (let agent = sampler.pick(m, prng); agent >= 0; agent = sampler.pick(m, prng)) {
      if (m.depth >= tally.maxSteps) return 'steps';
      const choosing = agent < m.threads && m.kindOf(agent) === Kind.CHOOSE;
      execute(m, agent, choosing ? prng.below(m.auto.ops[m.cur[agent]!]!.a) : 0);
      tally.steps++;
      if (m.faultCode !== '' && onFault() === 'stop') {
        tally.executions++;
        return 'fault';
      }
    }
    tally.executions++;
    if (judge(m)) tally.deadlocks++;
    if (m.faultCode !== '' && onFault() === 'stop') return 'fault';
  }
}
