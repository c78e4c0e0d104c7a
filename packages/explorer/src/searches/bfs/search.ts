/**
 * Search over states, cheapest first: fewest preemptions, then fewest steps (Dijkstra with a bucket per
 * cost). Choices cost nothing; a step of an agent that is no thread costs a step but is never a preemption.
 * So no schedule reaches a fault with fewer preemptions than the first one found.
 */

import type { Execution } from '../../execution/execution.js';
import type { Cost } from '../../execution/path.js';
import { judge } from '../../execution/verdict.js';
import { among, Kinds } from '../../program/kinds.js';
import type { Path } from '../../types.js';
import type { Stop, Tally } from '../tally.js';
import { StateTable } from './state-table.js';

/** A fault and the cheapest schedule to it. */
export interface StateFault {
  readonly code: string;
  readonly message: string;
  readonly path: Path;
}

/** Whether a fault with this code is wanted; any other ends its execution and is not reported. */
export type Wanted = (code: string) => boolean;

/** More than a CHOOSE has alternatives. */
const CHOICES = 32;

/** States kept if the caller does not say how many. */
export const MOST_STATES = 1_000_000;

const DEAREST: Cost = { preemptions: Number.POSITIVE_INFINITY, steps: 0 };

export class StateSearch {
  readonly #x: Execution;
  readonly #tally: Tally;
  readonly #wanted: Wanted;
  readonly #below: Cost;
  readonly #table = new StateTable();
  readonly #settled: number[] = [];
  /** Ids by number of preemptions, then by number of steps. */
  readonly #queue: number[][][] = [];
  /** Faults found ahead of their turn; in the queue they have negative numbers. */
  readonly #faults: { code: string; message: string; from: number; move: number }[] = [];
  #cut: Stop | null = null;
  /** First fault of the search, if any. */
  found: StateFault | null = null;

  /** Only schedules cheaper than `below` are looked at, if it is given. */
  constructor(x: Execution, tally: Tally, wanted: Wanted, below: Cost = DEAREST) {
    this.#x = x;
    this.#tally = tally;
    this.#wanted = wanted;
    this.#below = below;
  }

  /** Search until all states are seen, a bound is reached or, if the tally says so, a fault is found. */
  run(): Stop {
    const x = this.#x;
    x.reset();
    this.#table.setWay(~this.#table.locate(x, -1), -1, -1, 0, 0);
    this.#push(0, 0, 0);
    for (let p = 0; p < this.#queue.length; p++) {
      for (let steps = 0; steps < (this.#queue[p]?.length ?? 0); steps++) {
        const bucket = this.#queue[p]![steps];
        if (bucket === undefined) continue;
        for (let i = 0; i < bucket.length; i++) {
          const stop = bucket[i]! < 0 ? this.#meet(~bucket[i]!) : this.#leave(bucket[i]!, p, steps);
          if (stop !== null) return stop;
        }
        this.#queue[p]![steps] = [];
      }
    }
    return this.#cut ?? 'exhausted';
  }

  #push(id: number, preemptions: number, steps: number): void {
    this.#queue[preemptions] ??= [];
    const buckets = this.#queue[preemptions]!;
    while (buckets.length <= steps) buckets.push([]);
    buckets[steps]!.push(id);
  }

  #meet(index: number): Stop | null {
    const { code, message, from, move } = this.#faults[index]!;
    this.found ??= { code, message, path: [...this.#pathTo(from), ...unpack(move)] };
    return this.#tally.stopAtFirst ? 'fault' : null;
  }

  #leave(id: number, p: number, steps: number): Stop | null {
    if (this.#settled[id] === 1) return null;
    this.#settled[id] = 1;
    const x = this.#x;
    const table = this.#table;
    const tally = this.#tally;
    table.load(x, id);
    const last = table.last(id);
    let stuck = true;
    for (let a = 0; a < x.agents; a++) {
      if (!x.enabled(a)) continue;
      stuck = false;
      const thread = a < x.threads;
      const count = x.alternatives(a);
      const choosing = count > 0;
      const free = choosing || !thread;
      const price = !free && last >= 0 && last !== a && x.enabled(last) ? 1 : 0;
      if (p + price > tally.maxPreemptions) {
        this.#cut ??= 'preemptions';
        continue;
      }
      const after = choosing ? steps : steps + 1;
      if (this.#tooDear(p + price, after)) continue;
      if (after > tally.maxSteps) return 'steps';
      for (let c = 0; c < Math.max(count, 1); c++) {
        this.#go(id, a, choosing ? c : -1, free ? last : a, p + price, after);
      }
    }
    if (stuck) this.#end(id);
    tally.states = table.count;
    if (table.count > tally.maxStates) return 'states';
    return tally.pause();
  }

  #go(from: number, agent: number, choice: number, last: number, p: number, steps: number): void {
    const x = this.#x;
    const table = this.#table;
    const move = agent * CHOICES + (choice + 1);
    x.execute(agent, Math.max(choice, 0));
    this.#tally.steps++;
    if (x.faultCode !== '') {
      if (this.#wanted(x.faultCode)) {
        this.#faults.push({ code: x.faultCode, message: x.faultMessage, from, move });
        this.#push(~(this.#faults.length - 1), p, steps);
      }
      x.faultCode = '';
      x.undo();
      return;
    }
    const found = table.locate(x, last >= 0 && this.#matters(last) ? last : -1);
    x.undo();
    const id = found < 0 ? ~found : found;
    if (found >= 0) {
      if (this.#settled[id] === 1) return;
      const known = table.preemptions(id);
      if (known < p || (known === p && table.steps(id) <= steps)) return;
    }
    table.setWay(id, from, move, p, steps);
    this.#push(id, p, steps);
  }

  #tooDear(p: number, steps: number): boolean {
    const { preemptions, steps: most } = this.#below;
    return p > preemptions || (p === preemptions && steps >= most);
  }

  /**
   * Whether it may be a preemption to go on with another thread than `last`. Not if `last` cannot go on: the next
   * thread takes its place. But an agent that is no thread may let it go on first, and takes nobody's place.
   */
  #matters(last: number): boolean {
    const x = this.#x;
    return x.agents > x.threads ? !among(Kinds.OVER, x.kindOf(last)) : x.enabled(last);
  }

  #end(id: number): void {
    const x = this.#x;
    this.#tally.executions++;
    if (judge(x)) this.#tally.deadlocks++;
    if (x.faultCode === '') return;
    if (this.#wanted(x.faultCode)) {
      this.#faults.push({ code: x.faultCode, message: x.faultMessage, from: id, move: -1 });
      this.#push(~(this.#faults.length - 1), this.#table.preemptions(id), this.#table.steps(id));
    }
    x.faultCode = '';
  }

  #pathTo(id: number): number[] {
    const moves: number[] = [];
    for (let i = id; this.#table.parent(i) >= 0; i = this.#table.parent(i)) moves.push(this.#table.move(i));
    return moves.reverse().flatMap(unpack);
  }
}

function unpack(move: number): number[] {
  if (move < 0) return [];
  const choice = (move % CHOICES) - 1;
  const agent = Math.floor(move / CHOICES);
  return choice < 0 ? [agent] : [agent, ~choice];
}
