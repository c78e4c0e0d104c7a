/**
 * Optimal dynamic partial order reduction (Abdulla, Aronis, Jonsson, Sagonas: source sets and wakeup
 * trees): depth first, without recursion, one execution per class of equivalent schedules.
 */
import { Kind } from '../automaton/kinds.js';
import { E_AGENT, E_CHOICE, E_FOOT, EVENT, undo } from '../memory/machine.js';
import { enabled, execute } from '../memory/step.js';
import { judge } from '../memory/verdict.js';
import type { OnFault, Stop, Tally } from '../tally.js';
import { reverseRaces } from './races.js';
import type { DporState } from './state.js';
import { T_AGENT, T_CHILD, T_CHOICE, T_SIBLING, TREE } from './wakeup.js';

const NOBODY = -1;
const ALL_ASLEEP = -2;
/** Depth from which the threads take turns, so that one that spins cannot keep the others out. */
const TAKE_TURNS = 1000;

const nothing = (): void => undefined;

/** Explore from the state `s` stands in until all is done or there is a reason to stop. */
export function searchDpor(
  s: DporState,
  tally: Tally,
  onFault: OnFault,
  onExecution: () => void = nothing,
): Stop {
  const { m, trees, agents } = s;
  let from = m.depth;
  for (;;) {
    const d = m.depth;
    s.reserve(d + 1);
    let agent: number;
    let choice = 0;
    let subtree = -1;
    const branch = s.tree[d]!;
    if (branch >= 0) {
      const { nodes } = trees;
      const t = branch << TREE;
      agent = nodes[t + T_AGENT]!;
      choice = nodes[t + T_CHOICE]!;
      subtree = nodes[t + T_CHILD]!;
      s.tree[d] = nodes[t + T_SIBLING]!;
      trees.release(branch);
    } else {
      agent = pick(s, d);
      if (agent < 0) {
        if (agent === ALL_ASLEEP) {
          tally.blocked++;
        } else {
          tally.executions++;
          onExecution();
          if (judge(m)) tally.deadlocks++;
          if (m.faultCode !== '' && onFault() === 'stop') return 'fault';
          reverseRaces(s, from);
        }
        from = backtrack(s);
        if (from < 0) return 'exhausted';
        const stop = tally.pause();
        if (stop !== null) return stop;
        continue;
      }
    }
    if (d >= tally.maxSteps) return 'steps';
    execute(m, agent, choice);
    tally.steps++;
    if (m.faultCode !== '' && onFault() === 'stop') {
      tally.executions++;
      return 'fault';
    }
    fallAsleep(s, d, agent, agents);
    s.tree[d + 1] = subtree;
  }
}

/** Any agent that can move and is not asleep: one with a choice to make, else the same as before. */
function pick(s: DporState, d: number): number {
  const { m, agents, sleep } = s;
  const at = d * agents;
  const last = d > 0 ? m.events[((d - 1) << EVENT) + E_AGENT]! : 0;
  let none = NOBODY;
  if (d < 2 * agents) {
    // Later a choice comes up only where the agent that moved last has got to, and that goes on anyway.
    for (let t = 0; t < m.threads; t++) {
      if (m.kindOf(t) === Kind.CHOOSE && sleep[at + t] === 0) return t;
    }
  }
  for (let i = d < TAKE_TURNS ? 0 : 1, a = (last + i) % agents; i < agents + 1; i++) {
    if (enabled(m, a)) {
      if (sleep[at + a] === 0) return a;
      none = ALL_ASLEEP;
    }
    a = a + 1 === agents ? 0 : a + 1;
  }
  return none;
}

/** After event `d`, those stay asleep whose step commutes with it. */
function fallAsleep(s: DporState, d: number, agent: number, agents: number): void {
  const { sleep, sleepFoot } = s;
  const { foots } = s.m.auto;
  const foot = s.m.events[(d << EVENT) + E_FOOT]!;
  const at = d * agents;
  const next = at + agents;
  for (let q = 0; q < agents; q++) {
    const asleep = sleep[at + q]!;
    if (asleep === 0 || q === agent || foots.conflict(foot, sleepFoot[at + q]!)) {
      sleep[next + q] = 0;
    } else {
      sleep[next + q] = asleep;
      sleepFoot[next + q] = sleepFoot[at + q]!;
    }
  }
}

/** Undo events until there is a branch left to explore; returns its depth, or -1. */
function backtrack(s: DporState): number {
  const { m, agents, sleep, sleepFoot } = s;
  while (m.depth > 0) {
    const d = m.depth - 1;
    const e = d << EVENT;
    const agent = m.events[e + E_AGENT]!;
    const at = d * agents + agent;
    sleep[at] = sleep[at]! | (1 << m.events[e + E_CHOICE]!);
    sleepFoot[at] = m.events[e + E_FOOT]!;
    undo(m);
    if (s.tree[d]! >= 0) return d;
  }
  return -1;
}
