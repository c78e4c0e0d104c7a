/**
 * Counting classes of equivalent schedules layer by layer. The tree of a search with persistent and sleep
 * sets has exactly one complete leaf per class, and what is below a node depends only on the state and on
 * which agents sleep there. So nodes of one depth that agree in both are merged, with the number of paths to
 * them as weight; the weights of the complete leaves add up to the number of classes. A layer that gets too
 * wide is thinned at random without changing any expected value (Knuth 1975; Chen 1992).
 */

import { E } from '../execution/events.js';
import type { Execution } from '../execution/execution.js';
import { Foot } from '../program/footprints.js';
import { StateTable } from '../searches/bfs/state-table.js';
import type { Prng } from '../searches/sampling/prng.js';
import { Futures } from './futures.js';
import { thin } from './thin.js';

/** What one sweep has counted; not to be used if `late`. */
export interface Swept {
  readonly executions: number;
  /** Steps of all executions. */
  readonly steps: number;
  /** No layer had to be thinned and nothing new turned up on the way: the number is exact. */
  readonly exact: boolean;
  /** Time ran out. */
  readonly late: boolean;
}

class Layer {
  readonly table = new StateTable();
  readonly weights: number[] = [];

  /** One more way, of weight `weight`, to the state of `x` with these agents asleep. */
  add(x: Execution, asleep: number, weight: number): void {
    const id = this.table.locate(x, asleep);
    if (id < 0) this.weights.push(weight);
    else this.weights[id]! += weight;
  }
}

/** Sweeps over one program; each uses what earlier ones learned about the threads. */
export class Sweeper {
  readonly #x: Execution;
  readonly #futures: Futures;
  /** Of the agents that can move: the footprint of the next step. */
  readonly #foots: Int32Array;
  #next = new Layer();

  constructor(x: Execution) {
    this.#x = x;
    this.#futures = new Futures(x);
    this.#foots = new Int32Array(x.agents);
  }

  /** Sweep once with at most about `width` nodes in a layer, until `late` says to give up. */
  run(width: number, maxSteps: number, prng: Prng, late: () => boolean): Swept {
    const x = this.#x;
    this.#futures.refresh();
    const known = this.#futures.edges;
    const found = { executions: 0, steps: 0, late: false };
    let thinned = false;
    x.reset();
    this.#next = new Layer();
    this.#next.add(x, 0, 1);
    for (let depth = 0; this.#next.weights.length > 0 && depth <= maxSteps; depth++) {
      const layer = this.#next;
      this.#next = new Layer();
      const weights = Float64Array.from(layer.weights);
      if (weights.length > width) {
        thin(weights, width, prng.below(1 << 30) / (1 << 30));
        thinned = true;
      }
      for (let id = 0; id < weights.length; id++) {
        const weight = weights[id]!;
        if (weight === 0) continue;
        layer.table.load(x, id);
        if (!this.#expand(layer.table.last(id), weight)) continue;
        found.executions += weight;
        found.steps += weight * depth;
      }
      if (late()) return { ...found, exact: false, late: true };
    }
    return { ...found, exact: !thinned && known === this.#futures.edges };
  }

  /** Add the children of the present state to the next layer; true if no agent can move: a complete leaf. */
  #expand(asleep: number, weight: number): boolean {
    const x = this.#x;
    let open = 0;
    for (let a = 0; a < x.agents; a++) if (x.enabled(a)) open |= 1 << a;
    if (open === 0) return true;
    for (let a = 0; a < x.agents; a++) {
      if ((open & (1 << a)) === 0) continue;
      const count = x.alternatives(a);
      if (count > 0) {
        for (let c = 0; c < count; c++) this.#branch(a, c, asleep, weight);
        return false;
      }
      this.#foots[a] = this.#footOf(a);
    }
    let sleeping = asleep;
    for (let left = this.#persistent(open, asleep) & ~asleep; left !== 0; left &= left - 1) {
      this.#branch(31 - Math.clz32(left & -left), 0, sleeping, weight);
      sleeping |= left & -left;
    }
    return false;
  }

  #footOf(agent: number): number {
    const x = this.#x;
    const from = x.cur[agent]!;
    x.execute(agent, 0);
    if (agent < x.threads) this.#futures.learn(from, x.cur[agent]!);
    const foot = x.events[E.FOOT]!;
    x.faultCode = '';
    x.undo();
    return foot;
  }

  #branch(agent: number, choice: number, sleeping: number, weight: number): void {
    const x = this.#x;
    const { foots } = x.auto;
    const from = x.cur[agent]!;
    x.execute(agent, choice);
    if (agent < x.threads) this.#futures.learn(from, x.cur[agent]!);
    x.faultCode = '';
    const foot = x.events[E.FOOT]!;
    let still = 0;
    for (let left = sleeping; left !== 0; left &= left - 1) {
      const bit = left & -left;
      if (!foots.conflict(foot, this.#foots[31 - Math.clz32(bit)]!)) still |= bit;
    }
    this.#next.add(x, still, weight);
    x.undo();
  }

  /**
   * Agents such that nothing the others may still do conflicts with the next steps of these: it is
   * enough to go on with them. Of all such sets found, one with the fewest that are awake.
   */
  #persistent(open: number, asleep: number): number {
    let best = open;
    let fewest = bits(open & ~asleep);
    for (let left = open; left !== 0 && fewest > 0; left &= left - 1) {
      const set = this.#closure(left & -left, open);
      const awake = bits(set & ~asleep);
      if (awake >= fewest) continue;
      best = set;
      fewest = awake;
    }
    return best;
  }

  #closure(start: number, open: number): number {
    const x = this.#x;
    let set = start;
    for (let todo = start; todo !== 0; ) {
      const a = 31 - Math.clz32(todo & -todo);
      todo &= todo - 1;
      const foot = this.#foots[a]!;
      if (foot === Foot.NONE) continue;
      // What agents other than threads may do later is not among the futures.
      if (x.agents > x.threads) return open;
      for (let b = 0; b < x.threads; b++) {
        const bit = 1 << b;
        if ((set & bit) !== 0 || !this.#futures.conflict(x.cur[b]!, foot)) continue;
        if ((open & bit) === 0) return open;
        set |= bit;
        todo |= bit;
      }
    }
    return set;
  }
}

function bits(mask: number): number {
  let count = 0;
  for (let left = mask; left !== 0; left &= left - 1) count++;
  return count;
}
