/**
 * Looks for a livelock: a set of states in which the program can go on for ever although no agent is kept
 * waiting, that is, a strongly connected component in which every agent that can move in all of its states
 * does move. Nothing is reduced here, because a reduction may remove a cycle; the preceding search says
 * whether there is any cycle at all. (Tarjan, without recursion: records are numbered in the order of the
 * depth-first search, so a state's number is its index.)
 */

import type { Execution } from '../../execution/execution.js';
import { pathOf } from '../../execution/path.js';
import { grown } from '../../program/footprints.js';
import type { Path } from '../../types.js';
import type { Stop, Tally } from '../tally.js';
import type { StateKey } from './key.js';
import { roundTrip } from './round.js';

/** Why the search returned; at a fault, a schedule once round the livelock. */
export interface FairResult {
  readonly stop: Stop;
  readonly round: Path | null;
}

export class FairCycles {
  readonly #x: Execution;
  readonly #key: StateKey;
  /** By state: what Tarjan calls its low link; agents that can move; agents that move inside its component. */
  #low = new Int32Array(1024);
  #able = new Int32Array(1024);
  #moves = new Int32Array(1024);
  /** States whose component is not complete, and which they are. */
  readonly #waiting: number[] = [];
  #isWaiting = new Uint8Array(1024);
  /** By depth: the state, the agent and the alternative to be taken next. */
  readonly #path: number[] = [];
  readonly #agent: number[] = [];
  readonly #choice: number[] = [];
  #begun = false;

  /** `key` must be a fresh one for `x`. */
  constructor(x: Execution, key: StateKey) {
    this.#x = x;
    this.#key = key;
  }

  /** Search until all is done or there is a reason to stop; can be called again after a pause. */
  run(tally: Tally): FairResult {
    const x = this.#x;
    const { store } = this.#key;
    if (!this.#begun) this.#begin();
    while (this.#path.length > 0) {
      const d = this.#path.length - 1;
      const state = this.#path[d]!;
      const agent = this.#agent[d]!;
      if (agent >= x.agents) {
        const round = this.#low[state] === state ? this.#complete(state) : null;
        if (round !== null) return { stop: 'fault', round };
        this.#back(d);
        continue;
      }
      if (((this.#able[state]! >>> agent) & 1) === 0) {
        this.#agent[d] = agent + 1;
        continue;
      }
      const choice = this.#choice[d]!;
      if (d >= tally.maxSteps) return { stop: 'steps', round: null };
      this.#next(d, agent, choice);
      x.execute(agent, choice);
      x.faultCode = '';
      this.#key.step();
      const found = store.locate();
      if (found < 0) this.#enter(~found);
      else {
        if (this.#isWaiting[found] === 1) this.#joined(state, found, agent);
        x.undo();
        store.load(state);
      }
      if (store.count > tally.maxStates) return { stop: 'states', round: null };
      tally.steps++;
      const stop = tally.pause();
      if (stop !== null) return { stop, round: null };
    }
    return { stop: 'exhausted', round: null };
  }

  #begin(): void {
    this.#begun = true;
    this.#x.reset();
    this.#key.begin();
    this.#enter(~this.#key.store.locate());
  }

  #enter(id: number): void {
    const x = this.#x;
    if (id >= this.#low.length) {
      this.#low = grown(this.#low, id + 1);
      this.#able = grown(this.#able, id + 1);
      this.#moves = grown(this.#moves, id + 1);
      const wide = new Uint8Array(this.#low.length);
      wide.set(this.#isWaiting);
      this.#isWaiting = wide;
    }
    let able = 0;
    for (let a = 0; a < x.agents; a++) if (x.enabled(a)) able |= 1 << a;
    this.#low[id] = id;
    this.#able[id] = able;
    this.#waiting.push(id);
    this.#isWaiting[id] = 1;
    this.#path.push(id);
    this.#agent.push(0);
    this.#choice.push(0);
  }

  /** Leave the newest state of the path for the one before. */
  #back(d: number): void {
    const state = this.#path.pop()!;
    this.#agent.pop();
    this.#choice.pop();
    if (d === 0) return;
    const x = this.#x;
    const before = this.#path[d - 1]!;
    x.undo();
    this.#key.store.load(before);
    if (this.#isWaiting[state] === 1) {
      const agent = this.#choice[d - 1]! > 0 ? this.#agent[d - 1]! : this.#agent[d - 1]! - 1;
      this.#joined(before, this.#low[state]!, agent);
    }
  }

  /** A step of `agent` stays in the component. */
  #joined(state: number, low: number, agent: number): void {
    if (low < this.#low[state]!) this.#low[state] = low;
    this.#moves[state]! |= 1 << agent;
  }

  /** Prepare what is to be tried after the step of `agent`. */
  #next(d: number, agent: number, choice: number): void {
    const x = this.#x;
    const last = choice + 1 >= x.alternatives(agent);
    this.#agent[d] = last ? agent + 1 : agent;
    this.#choice[d] = last ? 0 : choice + 1;
  }

  /**
   * The component of `root` is complete: returns a schedule once round it, if no agent is kept waiting in it.
   */
  #complete(root: number): Path | null {
    const members = new Set<number>();
    let always = -1;
    let moves = 0;
    for (let state = -1; state !== root; ) {
      state = this.#waiting.pop()!;
      this.#isWaiting[state] = 0;
      members.add(state);
      always &= this.#able[state]!;
      moves |= this.#moves[state]!;
    }
    if (moves === 0 || (always & ~moves) !== 0) return null;
    const way = pathOf(this.#x);
    return [...way, ...roundTrip(this.#x, this.#key, members, root)];
  }
}
