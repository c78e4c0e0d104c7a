/**
 * Which agents must be moved in a state.
 *
 * A set of threads is *closed* if no thread outside may ever touch, from where it stands, what the next step
 * of a thread inside touches or waits for (conflicting accesses only). The enabled steps of a closed set with
 * at least one of them are a persistent set (Godefroid): whatever the others do, it commutes with them. A
 * thread and the agents that move for it (under TSO its store buffer) are in the set together.
 *
 * **Cycles.** If an enabled thread of the set stands at a sticky node, everything is moved; and a step at a
 * sticky node never sleeps. So from a state, other steps can be postponed in favour of steps that are not
 * sticky only finitely often: without sticky nodes the automata have no cycles. This proviso does not depend
 * on the order in which states are found, so sleep sets and states that are visited again do not get in its
 * way.
 *
 * **Futures that are only learned.** Suppose the search has ended, every decision agrees with the futures as
 * they are now, and still some execution holds an event (a node, its result, its footprint) that was never
 * seen. Take a shortest one, so that all events before that last one are known. In the initial state, and
 * from there on: if a thread of the closed set moves in the execution, its first step there comes after known
 * events of threads outside, with which it commutes, so it could be taken at once, and was (or is asleep,
 * that is, was taken in an equivalent order); the rest is shorter. If none does, some step of the set was
 * taken that stores to nothing the execution reads, so the execution is still possible after it; by the rule
 * on cycles that happens finitely often. In the end the last event itself is taken, and seen: a
 * contradiction. So all events are known, and the sets are persistent.
 */

import type { Execution } from '../../execution/execution.js';
import { Foot } from '../../program/footprints.js';
import { among, Kinds } from '../../program/kinds.js';
import type { Futures } from './futures.js';
import type { StateKey } from './key.js';
import { NO_MASK } from './masks.js';

export class Closures {
  readonly #x: Execution;
  readonly #key: StateKey;
  readonly #futures: Futures;
  readonly #proviso: boolean;
  /** Per thread: the threads that may still touch something that conflicts with its next step, as bits. */
  readonly #rows: Int32Array;
  readonly #future: Int32Array;
  /** Per agent the thread it moves for, and per thread its agents, itself included, as bits. */
  readonly #owner: Int32Array;
  readonly #team: Int32Array;

  constructor(x: Execution, key: StateKey, futures: Futures, proviso: boolean) {
    this.#x = x;
    this.#key = key;
    this.#futures = futures;
    this.#proviso = proviso;
    this.#rows = new Int32Array(x.threads);
    this.#future = new Int32Array(x.threads);
    this.#owner = Int32Array.from({ length: x.agents }, (_, a) => x.model.owner(a));
    this.#team = new Int32Array(x.threads);
    for (let a = 0; a < x.agents; a++) this.#team[this.#owner[a]!]! |= 1 << a;
  }

  /**
   * The best closed set that holds the agents `inside` (0: any set with an enabled agent), as agent bits: the one
   * that leaves the fewest steps to take. `foots[at + agent]` are the footprints of the next steps.
   */
  find(inside: number, enabled: number, asleep: number, foots: Int32Array, at: number): number {
    const { threads } = this.#x;
    this.#look();
    if (inside === 0 && this.#allOrNothing(enabled, foots, at)) return enabled;
    this.#relate(foots, at);
    if (inside !== 0) return this.#close(this.#ownersOf(inside), enabled);
    const awake = enabled & ~asleep;
    let best = -1;
    let cost = 33;
    for (let t = 0; t < threads && cost > 1; t++) {
      if ((enabled & this.#team[t]!) === 0) continue;
      const set = this.#close(1 << t, enabled);
      const steps = bits(set & awake);
      if (steps < cost) {
        best = set;
        cost = steps;
      }
    }
    return best;
  }

  /** What each thread may still touch. */
  #look(): void {
    const { threads, cur } = this.#x;
    const { future: known, masks } = this.#futures;
    const { numbers } = this.#key;
    for (let t = 0; t < threads; t++) {
      const own = known[cur[t]!]!;
      this.#future[t] = numbers === null ? own : masks.union(own, this.#key.stores(numbers, t));
    }
  }

  /**
   * Whether the next step of one enabled thread conflicts with what every other enabled thread may still do,
   * and the other way round, as when all contend for one word. Then only the set of all agents is closed, and
   * the pairs need not be compared.
   */
  #allOrNothing(enabled: number, foots: Int32Array, at: number): boolean {
    if (this.#x.agents > this.#x.threads) return false;
    const { masks } = this.#futures;
    const t = 31 - Math.clz32(enabled & -enabled);
    for (let left = enabled & (enabled - 1); left !== 0; left &= left - 1) {
      const u = 31 - Math.clz32(left & -left);
      if (!masks.conflict(foots[at + t]!, this.#future[u]!)) return false;
      if (!masks.conflict(foots[at + u]!, this.#future[t]!)) return false;
    }
    return true;
  }

  #relate(foots: Int32Array, at: number): void {
    const { threads, agents } = this.#x;
    const { masks } = this.#futures;
    const future = this.#future;
    const rows = this.#rows;
    for (let t = 0; t < threads; t++) rows[t] = 0;
    for (let a = 0; a < agents; a++) {
      const foot = foots[at + a]!;
      if (foot === Foot.NONE) continue;
      const t = this.#owner[a]!;
      let row = 0;
      for (let u = 0; u < threads; u++) {
        const other = future[u]!;
        if (u !== t && other !== NO_MASK && masks.conflict(foot, other)) row |= 1 << u;
      }
      rows[t]! |= row;
    }
  }

  /** The threads with an agent among `agents`, as bits. */
  #ownersOf(agents: number): number {
    let threads = 0;
    for (let t = 0; t < this.#x.threads; t++) if ((agents & this.#team[t]!) !== 0) threads |= 1 << t;
    return threads;
  }

  /** Agents of the threads in `set`, as bits. */
  #teams(set: number): number {
    if (this.#x.agents === this.#x.threads) return set;
    let agents = 0;
    for (let left = set; left !== 0; left &= left - 1) agents |= this.#team[31 - Math.clz32(left & -left)]!;
    return agents;
  }

  /** Close a set of threads; as agent bits. */
  #close(set: number, enabled: number): number {
    const { threads, cur } = this.#x;
    const all = (1 << threads) - 1;
    let closed = set & all;
    for (let todo = closed; todo !== 0; ) {
      const t = 31 - Math.clz32(todo);
      todo &= ~(1 << t);
      if (this.#proviso && ((enabled >>> t) & 1) === 1 && this.#futures.sticky[cur[t]!] === 1) {
        closed = all;
        break;
      }
      const more = this.#rows[t]! & ~closed;
      closed |= more;
      todo |= more;
    }
    return this.#teams(closed);
  }

  /** The search leaves this state for good with only `set` moved: remember what that relies on. */
  settle(set: number, enabled: number): void {
    if ((enabled & ~set) === 0) return;
    const { threads, cur } = this.#x;
    for (let t = 0; t < threads; t++) {
      if (((set >>> t) & 1) === 0) this.#futures.believe(cur[t]!);
      else if (((enabled >>> t) & 1) === 1 && !among(Kinds.OVER, this.#x.kindOf(t)))
        this.#futures.trust(cur[t]!);
    }
  }
}

function bits(set: number): number {
  let count = 0;
  for (let left = set; left !== 0; left &= left - 1) count++;
  return count;
}
