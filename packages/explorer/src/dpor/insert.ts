/**
 * Reversing a race: build the sequence that has it the other way round, and schedule it if it is new.
 *
 * The sequence v is everything that does not happen after the earlier event, then the later one. It is
 * covered if a step that has been explored there (asleep), or is going to be (a branch), can come first
 * in v or commutes with all of v. What is scheduled is not all of v: only the later event, what it
 * needs, and for every such step one event that conflicts with it, so that it wakes up on the way and
 * no execution is given up half-way.
 */
import { E_AGENT, E_AUX, E_CHOICE, E_FOOT, EVENT } from '../memory/machine.js';
import {
  type DporState,
  NEVER_SETTLED,
  V_AGENT,
  V_CHOICE,
  V_EVENT,
  V_FOOT,
  V_NEEDED,
  VISIT,
} from './state.js';
import { T_AGENT, T_CHILD, T_CHOICE, T_FOOT, T_SIBLING, TREE } from './wakeup.js';

const NOT_FIRST = -1;
const USED_UP = -1;
/** Marks in the sequence: wakes a sleeper, or has to come before the reversed step (or is it). */
const WAKES = 1;
const BEFORE = 2;

/**
 * Let the step (agent, choice, foot) come before event `e`. In this execution it is event `later` (the
 * depth, if it waits at the end; {@link NEVER_SETTLED} if its place depends on how the execution ends).
 *
 * Answers the number of the event that settled it: as long as an execution agrees with this one up to
 * and including that event, there is nothing more to do for this race.
 */
export function insertReversal(
  s: DporState,
  e: number,
  later: number,
  agent: number,
  choice: number,
  foot: number,
): number {
  collect(s, e, later, agent, choice, foot);
  const { sleep, sleepFoot, agents } = s;
  const at = e * agents;
  for (let q = 0; q < agents; q++) {
    const asleep = sleep[at + q]!;
    if (asleep === 0) continue;
    const by = canComeFirst(s, q, asleep, sleepFoot[at + q]!);
    if (by !== NOT_FIRST) return by;
  }
  return insert(s, e);
}

function collect(s: DporState, e: number, later: number, agent: number, choice: number, foot: number): void {
  const { clock, agents, sequence } = s;
  const { events, depth } = s.m;
  const first = events[(e << EVENT) + E_AGENT]!;
  let v = 0;
  for (let i = e + 1, c = i * agents + first; i < depth; i++, c += agents) {
    if (clock[c]! > e) continue;
    const event = i << EVENT;
    sequence[v + V_AGENT] = events[event + E_AGENT]!;
    sequence[v + V_CHOICE] = events[event + E_CHOICE]!;
    sequence[v + V_FOOT] = events[event + E_FOOT]!;
    sequence[v + V_EVENT] = i;
    sequence[v + V_NEEDED] = 0;
    v += 1 << VISIT;
  }
  sequence[v + V_AGENT] = agent;
  sequence[v + V_CHOICE] = choice;
  sequence[v + V_FOOT] = foot;
  sequence[v + V_EVENT] = later;
  sequence[v + V_NEEDED] = 0;
  s.sequenceEnd = v + (1 << VISIT);
}

/**
 * Whether one of the `alternatives` of the next step of `q` can come first in the sequence. Answers the
 * event that is this step, or {@link NEVER_SETTLED} if the step commutes with the whole sequence: then
 * the answer may be another one in an execution that ends differently. Otherwise marks the event that
 * is in the way.
 */
function canComeFirst(s: DporState, q: number, alternatives: number, foot: number): number {
  const { sequence, sequenceEnd } = s;
  const { foots } = s.m.auto;
  for (let v = 0; v < sequenceEnd; v += 1 << VISIT) {
    if (sequence[v + V_AGENT] === q) {
      if ((alternatives & (1 << sequence[v + V_CHOICE]!)) !== 0) return sequence[v + V_EVENT]!;
    } else if (!foots.conflict(foot, sequence[v + V_FOOT]!)) {
      continue;
    }
    sequence[v + V_NEEDED] = WAKES;
    return NOT_FIRST;
  }
  return NEVER_SETTLED;
}

/** Walk down the tree at depth `e` along steps that can come first; hang what is left of the sequence there. */
function insert(s: DporState, e: number): number {
  const { nodes } = s.trees;
  let parent = -1;
  let newest = -1;
  let settled = 0;
  for (let branch = s.tree[e]!; branch >= 0; ) {
    const t = branch << TREE;
    const by = follows(s, nodes[t + T_AGENT]!, nodes[t + T_CHOICE]!, nodes[t + T_FOOT]!);
    if (by === NOT_FIRST) {
      newest = branch;
      branch = nodes[t + T_SIBLING]!;
      continue;
    }
    if (by > settled) settled = by;
    if (nodes[t + T_CHILD]! < 0) return settled;
    parent = branch;
    newest = -1;
    branch = nodes[t + T_CHILD]!;
  }
  need(s);
  return Math.max(settled, schedule(s, e, parent, newest));
}

/** As {@link canComeFirst}, in what is left of the sequence; uses the step up if it is in there. */
function follows(s: DporState, agent: number, choice: number, foot: number): number {
  const { sequence, sequenceEnd } = s;
  const { foots } = s.m.auto;
  for (let v = 0; v < sequenceEnd; v += 1 << VISIT) {
    const other = sequence[v + V_AGENT]!;
    if (other === USED_UP) continue;
    if (other === agent) {
      if (sequence[v + V_CHOICE] === choice) {
        sequence[v + V_AGENT] = USED_UP;
        return sequence[v + V_EVENT]!;
      }
    } else if (!foots.conflict(foot, sequence[v + V_FOOT]!)) {
      continue;
    }
    sequence[v + V_NEEDED] = WAKES;
    return NOT_FIRST;
  }
  return NEVER_SETTLED;
}

/** Mark what has to come before the reversed step, and then what has to come before what wakes a sleeper. */
function need(s: DporState): void {
  const { sequence, m } = s;
  const last = s.sequenceEnd - (1 << VISIT);
  const agent = sequence[last + V_AGENT]!;
  if (agent !== USED_UP) {
    const foot = sequence[last + V_FOOT]!;
    const issue = agent < m.threads ? -1 : issuing(s, sequence[last + V_EVENT]!, agent - m.threads);
    sequence[last + V_NEEDED] = BEFORE;
    for (let v = last - (1 << VISIT); v >= 0; v -= 1 << VISIT) {
      if (sequence[v + V_AGENT] === USED_UP) continue;
      const wanted =
        sequence[v + V_AGENT] === agent ||
        sequence[v + V_EVENT] === issue ||
        m.auto.foots.conflict(foot, sequence[v + V_FOOT]!) ||
        comesBefore(s, v, last, BEFORE);
      if (wanted) sequence[v + V_NEEDED] = BEFORE;
    }
  }
  for (let v = last - (1 << VISIT); v >= 0; v -= 1 << VISIT) {
    if (sequence[v + V_NEEDED] === 0 && sequence[v + V_AGENT] !== USED_UP && comesBefore(s, v, last, WAKES)) {
      sequence[v + V_NEEDED] = WAKES;
    }
  }
}

/** TSO: the event that issued the store which leaves its buffer in event `flush`. */
function issuing(s: DporState, flush: number, thread: number): number {
  const { m } = s;
  return m.buffers!.event[m.events[(flush << EVENT) + E_AUX]! * m.threads + thread]!;
}

/** Whether one of the later steps marked `mark` happens after the one at `v`. */
function comesBefore(s: DporState, v: number, last: number, mark: number): boolean {
  const { sequence, clock, agents } = s;
  const agent = sequence[v + V_AGENT]!;
  const event = sequence[v + V_EVENT]!;
  for (let w = v + (1 << VISIT); w < last; w += 1 << VISIT) {
    if (sequence[w + V_NEEDED] === mark && clock[sequence[w + V_EVENT]! * agents + agent]! > event)
      return true;
  }
  return false;
}

/** Hang the needed steps under `parent` behind its child `newest`; answers the newest event among them. */
function schedule(s: DporState, e: number, parent: number, newest: number): number {
  const { sequence, sequenceEnd, trees } = s;
  let settled = 0;
  let over = parent;
  let beside = newest;
  for (let mark = BEFORE; mark >= WAKES; mark--) {
    for (let v = 0; v < sequenceEnd; v += 1 << VISIT) {
      if (sequence[v + V_NEEDED] !== mark || sequence[v + V_AGENT] === USED_UP) continue;
      const node = trees.add(sequence[v + V_AGENT]!, sequence[v + V_CHOICE]!, sequence[v + V_FOOT]!);
      if (beside >= 0) trees.setSibling(beside, node);
      else if (over >= 0) trees.setChild(over, node);
      else s.tree[e] = node;
      if (sequence[v + V_EVENT]! > settled) settled = sequence[v + V_EVENT]!;
      beside = -1;
      over = node;
    }
  }
  return settled;
}
