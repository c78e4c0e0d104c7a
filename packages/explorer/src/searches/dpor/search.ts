/**
 * Optimal dynamic partial order reduction (Abdulla, Aronis, Jonsson, Sagonas: source sets and wakeup
 * trees): depth first, without recursion, one execution per class of equivalent schedules.
 */

import { E } from '../../execution/events.js';
import { judge } from '../../execution/verdict.js';
import { Kind } from '../../program/kinds.js';
import type { OnFault, Stop, Tally } from '../tally.js';
import { reverseRaces } from './races.js';
import type { DporState } from './state.js';
import { firstAlternative, waitingTwins } from './twins.js';
import { T } from './wakeup.js';

const NOBODY = -1;
const ALL_ASLEEP = -2;
const TOO_LONG = -3;
const FAULT = -4;
/** Depth from which the threads take turns, so that one that spins cannot keep the others out. */
const TAKE_TURNS = 1000;

/** The first depth at which is asked whether an execution goes round; then at each that is twice as deep. */
const ASK_ROUND = 64;

const nothing = (): void => undefined;
const never = (): boolean => false;

/**
 * Explore from the state `s` stands in until all is done or there is a reason to stop. `goesRound` looks at an execution that has
 * become long, and keeps the fault if it is one that never ends: without it two threads that hinder each other are
 * followed through every number of rounds.
 */
export function searchDpor(
  s: DporState,
  tally: Tally,
  onFault: OnFault,
  onExecution: () => void = nothing,
  goesRound: () => boolean = never,
): Stop {
  let from = s.x.depth;
  for (;;) {
    const end = descend(s, tally, onFault, goesRound);
    if (end === TOO_LONG) return 'steps';
    if (end === FAULT) return 'fault';
    if (end === ALL_ASLEEP) {
      if (s.x.depth > from) {
        tally.blocked++;
        // Only programs with twins come here; a different continuation may wake an agent.
        reverseRaces(s, from);
      }
    } else if (!complete(s, from, tally, onFault, onExecution)) {
      return 'fault';
    }
    from = backtrack(s);
    if (from < 0) return 'exhausted';
    const stop = tally.pause();
    if (stop !== null) return stop;
  }
}

/**
 * Extend the execution, along the wakeup tree and then freely, until no agent can move. Returns why it ended.
 */
function descend(s: DporState, tally: Tally, onFault: OnFault, goesRound: () => boolean): number {
  const { x, trees } = s;
  for (;;) {
    const d = x.depth;
    s.reserve(d + 1);
    let agent: number;
    let choice = 0;
    let subtree = -1;
    const branch = s.tree[d]!;
    if (s.twins.length > 0) s.twin[d] = waitingTwins(s);
    if (branch >= 0) {
      const { nodes } = trees;
      const t = branch << T.SHIFT;
      agent = nodes[t + T.AGENT]!;
      choice = nodes[t + T.CHOICE]!;
      subtree = nodes[t + T.CHILD]!;
      s.tree[d] = nodes[t + T.SIBLING]!;
      trees.release(branch);
    } else {
      agent = pick(s, d);
      if (agent < 0) return agent;
      if (s.twins.length > 0 && x.alternatives(agent) > 0) {
        choice = firstAlternative(s, agent, x.last[agent]!);
      }
    }
    if (d >= tally.maxSteps) return TOO_LONG;
    if (d >= ASK_ROUND && (d & (d - 1)) === 0 && comesBack(s, agent) && goesRound()) return FAULT;
    x.execute(agent, choice);
    tally.steps++;
    if (x.faultCode !== '' && onFault() === 'stop') {
      tally.executions++;
      return FAULT;
    }
    fallAsleep(s, d, agent);
    s.tree[d + 1] = subtree;
  }
}

/** A complete execution, whose events from `from` on are new; false if its end is a fault to stop at. */
function complete(
  s: DporState,
  from: number,
  tally: Tally,
  onFault: OnFault,
  onExecution: () => void,
): boolean {
  tally.executions++;
  onExecution();
  if (judge(s.x)) tally.deadlocks++;
  if (s.x.faultCode !== '' && onFault() === 'stop') return false;
  reverseRaces(s, from);
  return true;
}

/** Whether an agent stands where it stood before in this execution; only a thread with keys can. */
function comesBack({ x }: DporState, agent: number): boolean {
  if (!x.auto.keyed || agent >= x.threads) return false;
  for (let d = 0; d < x.depth; d++) {
    const e = d << E.SHIFT;
    if (x.events[e + E.AGENT] === agent && x.events[e + E.NODE] === x.cur[agent]) return true;
  }
  return false;
}

/** Any agent that can move and is not asleep: one with a choice to make, else the same as before. */
function pick(s: DporState, d: number): number {
  const { x, agents } = s;
  const asleep = s.asleep[d]! | s.twin[d]!;
  const last = d > 0 ? x.events[((d - 1) << E.SHIFT) + E.AGENT]! : 0;
  let none = NOBODY;
  if (d < 2 * agents && x.auto.chooses) {
    // Later, a choice can come up only for the agent that moved last, and that agent goes on anyway.
    for (let t = 0; t < x.threads; t++) {
      if (x.kindOf(t) === Kind.CHOOSE && (asleep & (1 << t)) === 0) return t;
    }
  }
  let a = d < TAKE_TURNS ? last : last + 1 === agents ? 0 : last + 1;
  for (let i = 0; i < agents; i++) {
    if (x.enabled(a)) {
      if ((asleep & (1 << a)) === 0) return a;
      none = ALL_ASLEEP;
    }
    a = a + 1 === agents ? 0 : a + 1;
  }
  return none;
}

/** After event `d`, those stay asleep whose step commutes with it. */
export function fallAsleep(s: DporState, d: number, agent: number): void {
  const { sleep, sleepFoot, agents } = s;
  const { foots } = s.x.auto;
  const foot = s.x.events[(d << E.SHIFT) + E.FOOT]!;
  const at = d * agents;
  const next = at + agents;
  let still = 0;
  for (let left = s.asleep[d]! & ~(1 << agent); left !== 0; left &= left - 1) {
    const bit = left & -left;
    const q = 31 - Math.clz32(bit);
    if (foots.conflict(foot, sleepFoot[at + q]!)) continue;
    still |= bit;
    sleep[next + q] = sleep[at + q]!;
    sleepFoot[next + q] = sleepFoot[at + q]!;
  }
  s.asleep[d + 1] = still;
}

/** Undo events until there is a branch left to explore; returns its depth, or -1. */
function backtrack(s: DporState): number {
  const { x, agents, sleep, sleepFoot, asleep, floor } = s;
  while (x.depth > floor) {
    const d = x.depth - 1;
    const e = d << E.SHIFT;
    const agent = x.events[e + E.AGENT]!;
    const foot = x.events[e + E.FOOT]!;
    const choice = x.events[e + E.CHOICE]!;
    x.undo();
    if (s.tree[d]! < 0) continue;
    const at = d * agents + agent;
    const bit = 1 << agent;
    sleep[at] = ((asleep[d]! & bit) !== 0 ? sleep[at]! : 0) | (1 << choice);
    sleepFoot[at] = foot;
    asleep[d] = asleep[d]! | bit;
    return d;
  }
  return -1;
}
