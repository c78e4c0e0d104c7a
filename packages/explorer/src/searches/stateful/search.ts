/**
 * Depth-first search over states, each kept once, with persistent sets and sleep sets.
 *
 * A state is kept with the set of agents that slept in every visit so far. A visit with fewer asleep moves the
 * others, whether they are in the persistent set or not (Godefroid): what sleeps in a state must
 * be covered by some other order in all the ways that lead there.
 */

import { E } from '../../execution/events.js';
import type { Execution } from '../../execution/execution.js';
import { judge } from '../../execution/verdict.js';
import { Foot } from '../../program/footprints.js';
import { among, Kinds } from '../../program/kinds.js';
import type { OnFault, Stop, Tally } from '../tally.js';
import { F, Frames } from './frames.js';
import { Futures } from './futures.js';
import { StateKey } from './key.js';
import { footOfNext } from './next-foot.js';
import { Closures } from './persistent.js';
import { scout } from './scout.js';

/** Sets of agents are bits of a word, and there is one bit more in a state's note. */
export const MOST_AGENTS = 30;
/** After this many restarts the search no longer relies on learned futures. */
const MOST_STARTS = 64;

/** A search that reaches this many states first scouts with random executions. */
const SCOUT_AT = 2048;
/** Steps of the scouting. */
const SCOUT_STEPS = 300_000;

/** Reductions that tests can switch off; all are on by default. */
export interface Reductions {
  readonly persistent?: boolean;
  readonly sleep?: boolean;
  /** If off, cycles are ignored and executions are lost. */
  readonly proviso?: boolean;
}

export class StatefulSearch {
  readonly x: Execution;
  readonly futures: Futures;
  readonly key: StateKey;
  /** Counts since the last start; a restart sets them to 0. */
  steps = 0;
  executions = 0;
  deadlocks = 0;
  starts = 1;
  /** Whether some explored execution returns to one of its own states. */
  cyclic = false;
  readonly #frames: Frames;
  readonly #closures: Closures;
  #persistent: boolean;
  readonly #sleep: boolean;
  readonly #proviso: boolean;
  /** Bit of a state's note: it is on the path. The bits below are the agents asleep. */
  readonly #open: number;
  #marking = false;
  #begun = false;

  constructor(x: Execution, reductions: Reductions = {}) {
    this.x = x;
    this.futures = new Futures(x.auto);
    this.key = new StateKey(x, this.futures.masks, x.agents + 1);
    this.#frames = new Frames(x.agents);
    this.#persistent = reductions.persistent !== false;
    this.#sleep = reductions.sleep !== false;
    this.#proviso = reductions.proviso !== false;
    this.#closures = new Closures(x, this.key, this.futures, this.#proviso);
    this.#open = 1 << x.agents;
  }

  /** States kept. */
  get states(): number {
    return this.key.store.count;
  }

  /** Search until everything is explored or there is a reason to stop; can be called again after a pause. */
  run(tally: Tally, onFault: OnFault): Stop {
    for (;;) {
      if (!this.#begun && this.#begin(onFault) === 'stop') return 'fault';
      const stop = this.#search(tally, onFault);
      this.#count(tally);
      if (stop !== null) return stop;
      this.#begun = false;
      this.starts++;
      if (this.starts > MOST_STARTS) this.#persistent = false;
      this.futures.restart();
    }
  }

  #count(tally: Tally): void {
    tally.steps = this.steps;
    tally.executions = this.executions;
    tally.deadlocks = this.deadlocks;
    tally.states = this.states;
  }

  #begin(onFault: OnFault): 'stop' | 'go on' {
    const { x, key } = this;
    x.reset();
    x.faultCode = '';
    key.store.clear();
    key.begin();
    this.steps = 0;
    this.executions = 0;
    this.deadlocks = 0;
    this.cyclic = false;
    this.#begun = true;
    this.#marking = this.futures.anySticky;
    this.futures.meet(x.auto.count);
    return this.#enter(~key.store.locate(), 0, 0, onFault);
  }

  /** Null if what was learned makes a restart necessary. */
  #search(tally: Tally, onFault: OnFault): Stop | null {
    const { x, key, futures } = this;
    const { store } = key;
    const { agents } = x;
    const frames = this.#frames;
    const asleepBits = this.#open - 1;
    this.#count(tally);
    for (;;) {
      const d = x.depth;
      const { data } = frames;
      const f = d * F.SIZE;
      let agent = data[f + F.AGENT]!;
      let choice = data[f + F.LEFT]!;
      if (choice > 0) data[f + F.LEFT] = --choice;
      else {
        if (agent >= 0) this.#moved(f, agent);
        agent = this.#pick(d);
        if (agent < 0) {
          this.#leave(f);
          if (d === 0) return futures.stale ? null : 'exhausted';
          x.undo();
          store.load(data[f - F.SIZE + F.STATE]!);
          continue;
        }
        choice = Math.max(x.alternatives(agent) - 1, 0);
        data[f + F.AGENT] = agent;
        data[f + F.LEFT] = choice;
      }
      if (d >= tally.maxSteps) return 'steps';
      x.execute(agent, choice);
      this.steps++;
      tally.steps++;
      const e = d << E.SHIFT;
      const foot = x.events[e + E.FOOT]!;
      const node = x.events[e + E.NODE]!;
      if (node >= 0) {
        futures.learn(node, foot, x.cur[agent]!);
        if (futures.anySticky && !this.#marking) this.#mark(d);
      }
      if (x.faultCode !== '' && onFault() === 'stop') {
        this.executions++;
        return 'fault';
      }
      frames.reserve(d + 1);
      frames.foots[d * agents + agent] = foot;
      const asleep = this.#stayAsleep(d, agent, foot);
      key.step();
      const found = store.locate();
      if (found < 0) {
        if (this.#enter(~found, asleep, d + 1, onFault) === 'stop') return 'fault';
        if (found === ~SCOUT_AT && this.starts === 1 && this.#persistent) {
          scout(futures, SCOUT_STEPS);
          if (futures.stale) return null;
        }
      } else {
        const note = store.note(found);
        if ((note & this.#open) !== 0) this.cyclic = true;
        const wake = note & asleepBits & ~asleep;
        if (wake === 0) {
          x.undo();
          store.load(frames.data[f + F.STATE]!);
          continue;
        }
        this.#visitAgain(found, note, wake, d + 1);
      }
      const stop = this.#pause(tally);
      if (stop !== null) return stop;
    }
  }

  #pause(tally: Tally): Stop | null {
    tally.states = this.key.store.count;
    tally.executions = this.executions;
    tally.deadlocks = this.deadlocks;
    if (tally.states > tally.maxStates) return 'states';
    return tally.pause();
  }

  /** The agents that are still asleep after the step of `agent`. */
  #stayAsleep(d: number, agent: number, foot: number): number {
    const { foots } = this.#frames;
    const { agents } = this.x;
    const conflicts = this.x.auto.foots;
    const at = d * agents;
    let asleep = this.#frames.data[d * F.SIZE + F.SLEEP]! & ~(1 << agent);
    for (let left = asleep; left !== 0; left &= left - 1) {
      const q = 31 - Math.clz32(left & -left);
      const other = foots[at + q]!;
      if (conflicts.conflict(foot, other)) asleep &= ~(1 << q);
      else foots[at + agents + q] = other;
    }
    return asleep;
  }

  /** All alternatives of `agent` are explored: from now on it sleeps here. */
  #moved(f: number, agent: number): void {
    const { data } = this.#frames;
    const bit = 1 << agent;
    data[f + F.DONE] = data[f + F.DONE]! | bit;
    if (!this.#sleep) return;
    if (agent < this.x.threads) {
      const node = this.x.cur[agent]!;
      if (this.#proviso && this.futures.sticky[node] === 1) return;
      this.futures.trust(node);
    }
    data[f + F.SLEEP] = data[f + F.SLEEP]! | bit;
  }

  /** The next agent to move, or -1. */
  #pick(d: number): number {
    const { data, foots } = this.#frames;
    const f = d * F.SIZE;
    for (;;) {
      const open = data[f + F.SET]! & data[f + F.ENABLED]! & ~data[f + F.DONE]! & ~data[f + F.SLEEP]!;
      if (open !== 0) return 31 - Math.clz32(open & -open);
      if (data[f + F.FIRST] === 0 || data[f + F.EPOCH] === this.futures.epoch) return -1;
      if ((data[f + F.ENABLED]! & ~data[f + F.SET]!) === 0) return -1;
      data[f + F.EPOCH] = this.futures.epoch;
      const set = data[f + F.SET]!;
      data[f + F.SET] = this.#closures.find(set, data[f + F.ENABLED]!, 0, foots, d * this.x.agents);
    }
  }

  /** A state for the first time. */
  #enter(id: number, asleep: number, d: number, onFault: OnFault): 'stop' | 'go on' {
    const { x } = this;
    const { agents, threads } = x;
    let able = 0;
    for (let a = 0; a < agents; a++) if (x.enabled(a)) able |= 1 << a;
    if (able === 0) {
      this.executions++;
      if (judge(x)) this.deadlocks++;
      if (x.faultCode !== '' && onFault() === 'stop') return 'stop';
    }
    this.key.store.setNote(id, this.#marking ? asleep | this.#open : asleep);
    const { data, foots } = this.#frames;
    const f = d * F.SIZE;
    data[f + F.STATE] = id;
    data[f + F.ENABLED] = able;
    data[f + F.DONE] = 0;
    data[f + F.SLEEP] = asleep;
    data[f + F.AGENT] = -1;
    data[f + F.LEFT] = 0;
    data[f + F.EPOCH] = this.futures.epoch;
    data[f + F.FIRST] = 1;
    data[f + F.SET] = able;
    if (!this.#persistent || (able & (able - 1)) === 0) return 'go on';
    const at = d * agents;
    for (let t = 0; t < threads; t++) {
      const bit = 1 << t;
      if ((asleep & bit) !== 0) continue;
      if ((able & bit) !== 0) foots[at + t] = footOfNext(x, t, this.futures);
      else foots[at + t] = among(Kinds.OVER, x.kindOf(t)) ? Foot.NONE : x.model.order.waitFoot(t);
    }
    for (let a = threads; a < agents; a++) {
      if ((asleep & (1 << a)) === 0) foots[at + a] = footOfNext(x, a, this.futures);
    }
    data[f + F.SET] = this.#closures.find(0, able, asleep, foots, at);
    return 'go on';
  }

  /** A state again, where the agents `wake` were asleep until now. */
  #visitAgain(id: number, note: number, wake: number, d: number): void {
    const { data } = this.#frames;
    const f = d * F.SIZE;
    data[f + F.STATE] = id;
    data[f + F.ENABLED] = wake;
    data[f + F.SET] = wake;
    data[f + F.DONE] = 0;
    data[f + F.SLEEP] = note & (this.#open - 1) & ~wake;
    data[f + F.AGENT] = -1;
    data[f + F.LEFT] = 0;
    data[f + F.FIRST] = 0;
    this.key.store.setNote(id, note & ~wake);
    // An edge into a state that was left already may close a cycle, too.
    this.cyclic ||= this.futures.anySticky;
  }

  /** From now on there can be cycles, so the states of the path are marked; here those up to depth `d`. */
  #mark(d: number): void {
    this.#marking = true;
    const { data } = this.#frames;
    const { store } = this.key;
    for (let f = 0; f <= d * F.SIZE; f += F.SIZE) {
      const id = data[f + F.STATE]!;
      if (data[f + F.FIRST] === 1) store.setNote(id, store.note(id) | this.#open);
    }
  }

  #leave(f: number): void {
    const { data } = this.#frames;
    if (data[f + F.FIRST] === 0) return;
    if (this.#marking) {
      const { store } = this.key;
      const id = data[f + F.STATE]!;
      store.setNote(id, store.note(id) & ~this.#open);
    }
    if (this.#persistent) this.#closures.settle(data[f + F.SET]!, data[f + F.ENABLED]!);
  }
}
