/**
 * Counting classes of equivalent schedules layer by layer. The tree of a search with persistent and sleep
 * sets has exactly one complete leaf per class, and what hangs under a node depends only on the state
 * and on who sleeps there. So nodes of one depth that agree in both are one, with the number of ways to
 * it as its weight; the weights of the complete leaves add up to the number of classes. A layer that
 * gets too wide is thinned at random without changing any expected value (Knuth 1975; Chen 1992).
 */
import { Foot } from '../automaton/footprints.js';
import { Kind } from '../automaton/kinds.js';
import { E, type Machine, undo } from '../memory/machine.js';
import { enabled, execute } from '../memory/step.js';
import type { Prng } from '../search/prng.js';
import { StateTable } from '../search/state-table.js';
import { Futures } from './futures.js';
import { thin } from './thin.js';

/** What one sweep has counted; not to be used if `late`. */
export interface Swept {
  readonly executions: number;
  /** Steps of all executions. */
  readonly steps: number;
  /** No layer had to be thinned and nothing new turned up on the way: the number is exact. */
  readonly exact: boolean;
  /** The time was up. */
  readonly late: boolean;
}

class Layer {
  readonly table = new StateTable();
  readonly weights: number[] = [];

  /** One more way, of weight `weight`, to the state of `m` with these agents asleep. */
  add(m: Machine, asleep: number, weight: number): void {
    const id = this.table.locate(m, asleep);
    if (id < 0) this.weights.push(weight);
    else this.weights[id]! += weight;
  }
}

/** Sweeps over one program; what one learns about the threads serves the next. */
export class Sweeper {
  readonly #m: Machine;
  readonly #futures: Futures;
  /** Of the agents that can move: the footprint of the next step. */
  readonly #foots: Int32Array;
  #next = new Layer();

  constructor(m: Machine) {
    this.#m = m;
    this.#futures = new Futures(m);
    this.#foots = new Int32Array(m.agents);
  }

  /** Sweep once with at most about `width` nodes in a layer, until `late` says to give up. */
  run(width: number, maxSteps: number, prng: Prng, late: () => boolean): Swept {
    const m = this.#m;
    this.#futures.refresh();
    const known = this.#futures.edges;
    const found = { executions: 0, steps: 0, late: false };
    let thinned = false;
    m.reset();
    this.#next = new Layer();
    this.#next.add(m, 0, 1);
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
        layer.table.load(m, id);
        if (!this.#expand(layer.table.last(id), weight)) continue;
        found.executions += weight;
        found.steps += weight * depth;
      }
      if (late()) return { ...found, exact: false, late: true };
    }
    return { ...found, exact: !thinned && known === this.#futures.edges };
  }

  /** Add what hangs under the state of the machine; true if nobody can go on: a complete leaf. */
  #expand(asleep: number, weight: number): boolean {
    const m = this.#m;
    let open = 0;
    for (let a = 0; a < m.agents; a++) if (enabled(m, a)) open |= 1 << a;
    if (open === 0) return true;
    for (let a = 0; a < m.agents; a++) {
      if ((open & (1 << a)) === 0) continue;
      if (a < m.threads && m.kindOf(a) === Kind.CHOOSE) {
        const count = m.auto.ops[m.cur[a]!]!.a;
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
    const m = this.#m;
    const from = m.cur[agent]!;
    execute(m, agent, 0);
    if (agent < m.threads) this.#futures.learn(from, m.cur[agent]!);
    const foot = m.events[E.FOOT]!;
    m.faultCode = '';
    undo(m);
    return foot;
  }

  #branch(agent: number, choice: number, sleeping: number, weight: number): void {
    const m = this.#m;
    const { foots } = m.auto;
    const from = m.cur[agent]!;
    execute(m, agent, choice);
    if (agent < m.threads) this.#futures.learn(from, m.cur[agent]!);
    m.faultCode = '';
    const foot = m.events[E.FOOT]!;
    let still = 0;
    for (let left = sleeping; left !== 0; left &= left - 1) {
      const bit = left & -left;
      if (!foots.conflict(foot, this.#foots[31 - Math.clz32(bit)]!)) still |= bit;
    }
    this.#next.add(m, still, weight);
    undo(m);
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
    const m = this.#m;
    let set = start;
    for (let todo = start; todo !== 0; ) {
      const a = 31 - Math.clz32(todo & -todo);
      todo &= todo - 1;
      const foot = this.#foots[a]!;
      if (foot === Foot.NONE) continue;
      // What leaves a store buffer later is not among the futures.
      if (m.buffers !== null) return open;
      for (let b = 0; b < m.threads; b++) {
        const bit = 1 << b;
        if ((set & bit) !== 0 || !this.#futures.conflict(m.cur[b]!, foot)) continue;
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
