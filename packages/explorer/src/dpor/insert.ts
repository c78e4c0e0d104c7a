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
import { BEFORE, type DporState, MARK, NEVER_SETTLED, SEQUENCE, USED_UP, WAKES } from './state.js';
import { T_AGENT, T_CHILD, T_CHOICE, T_FOOT, T_SIBLING, TREE } from './wakeup.js';

const NOT_FIRST = -1;

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
  s.sequenceEnd = 0;
  s.reversed = e;
  s.unseen = e + 1;
  s.later = later;
  s.lastMark = 0;
  s.lastAgent = agent;
  s.lastChoice = choice;
  s.lastFoot = foot;
  const { sleep, sleepFoot, agents } = s;
  const at = e * agents;
  for (let left = s.asleep[e]!; left !== 0; left &= left - 1) {
    const q = 31 - Math.clz32(left & -left);
    const by = canComeFirst(s, q, sleep[at + q]!, sleepFoot[at + q]!);
    if (by !== NOT_FIRST) return by;
  }
  return insert(s, e);
}

/** Find one more event of the sequence; false if there is none. */
function extend(s: DporState): boolean {
  const { clock, agents, reversed } = s;
  const { events, depth } = s.m;
  const column = events[(reversed << EVENT) + E_AGENT]!;
  for (let i = s.unseen; i < depth; i++) {
    if (clock[i * agents + column]! > reversed) continue;
    s.sequence[s.sequenceEnd++] = i << SEQUENCE;
    s.unseen = i + 1;
    return true;
  }
  s.unseen = depth;
  return false;
}

/**
 * Whether one of the `alternatives` of the next step of `q` can come first in the sequence. Answers the
 * event that is this step, or {@link NEVER_SETTLED} if the step commutes with the whole sequence: then
 * the answer may be another one in an execution that ends differently. Otherwise marks the event that
 * is in the way.
 */
function canComeFirst(s: DporState, q: number, alternatives: number, foot: number): number {
  const { sequence } = s;
  const { events } = s.m;
  const { foots } = s.m.auto;
  for (let v = 0; v < s.sequenceEnd || extend(s); v++) {
    const i = sequence[v]! >> SEQUENCE;
    const at = i << EVENT;
    if (events[at + E_AGENT] === q) {
      if ((alternatives & (1 << events[at + E_CHOICE]!)) !== 0) return i;
    } else if (!foots.conflict(foot, events[at + E_FOOT]!)) {
      continue;
    }
    sequence[v] = (i << SEQUENCE) | WAKES;
    return NOT_FIRST;
  }
  if (s.lastAgent === q) {
    if ((alternatives & (1 << s.lastChoice)) !== 0) return s.later;
  } else if (!foots.conflict(foot, s.lastFoot)) {
    return NEVER_SETTLED;
  }
  return NOT_FIRST;
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
  const { sequence } = s;
  const { events } = s.m;
  const { foots } = s.m.auto;
  for (let v = 0; v < s.sequenceEnd || extend(s); v++) {
    const entry = sequence[v]!;
    if ((entry & MARK) === USED_UP) continue;
    const i = entry >> SEQUENCE;
    const at = i << EVENT;
    if (events[at + E_AGENT] === agent) {
      if (events[at + E_CHOICE] === choice) {
        sequence[v] = entry | USED_UP;
        return i;
      }
    } else if (!foots.conflict(foot, events[at + E_FOOT]!)) {
      continue;
    }
    sequence[v] = (i << SEQUENCE) | WAKES;
    return NOT_FIRST;
  }
  if (s.lastMark === USED_UP) return NEVER_SETTLED;
  if (s.lastAgent === agent) {
    if (s.lastChoice !== choice) return NOT_FIRST;
    s.lastMark = USED_UP;
    return s.later;
  }
  return foots.conflict(foot, s.lastFoot) ? NOT_FIRST : NEVER_SETTLED;
}

/** Mark what has to come before the reversed step, and then what has to come before what wakes a sleeper. */
function need(s: DporState): void {
  while (extend(s));
  const { sequence, sequenceEnd, lastAgent, m } = s;
  const { events } = m;
  if (s.lastMark !== USED_UP) {
    const issue = lastAgent < m.threads ? -1 : issuing(s, s.later, lastAgent - m.threads);
    s.lastMark = BEFORE;
    for (let v = sequenceEnd - 1; v >= 0; v--) {
      if ((sequence[v]! & MARK) === USED_UP) continue;
      const i = sequence[v]! >> SEQUENCE;
      const wanted =
        events[(i << EVENT) + E_AGENT] === lastAgent ||
        i === issue ||
        m.auto.foots.conflict(s.lastFoot, events[(i << EVENT) + E_FOOT]!) ||
        comesBefore(s, v, BEFORE);
      if (wanted) sequence[v] = (i << SEQUENCE) | BEFORE;
    }
  }
  for (let v = sequenceEnd - 1; v >= 0; v--) {
    if ((sequence[v]! & MARK) === 0 && comesBefore(s, v, WAKES)) sequence[v] = sequence[v]! | WAKES;
  }
}

/** TSO: the event that issued the store which leaves its buffer in event `flush`. */
function issuing(s: DporState, flush: number, thread: number): number {
  const { m } = s;
  return m.buffers!.event[m.events[(flush << EVENT) + E_AUX]! * m.threads + thread]!;
}

/** Whether one of the later steps marked `mark` happens after the one at `v`. */
function comesBefore(s: DporState, v: number, mark: number): boolean {
  const { sequence, sequenceEnd, clock, agents } = s;
  const event = sequence[v]! >> SEQUENCE;
  const agent = s.m.events[(event << EVENT) + E_AGENT]!;
  for (let w = v + 1; w < sequenceEnd; w++) {
    const entry = sequence[w]!;
    if ((entry & MARK) === mark && clock[(entry >> SEQUENCE) * agents + agent]! > event) return true;
  }
  return false;
}

/** Hang the needed steps under `parent` behind its child `newest`; answers the newest event among them. */
function schedule(s: DporState, e: number, parent: number, newest: number): number {
  const { sequence, sequenceEnd, trees } = s;
  const { events } = s.m;
  let settled = 0;
  let over = parent;
  let beside = newest;
  for (let mark = BEFORE; mark >= WAKES; mark--) {
    for (let v = 0; v <= sequenceEnd; v++) {
      const last = v === sequenceEnd;
      if (mark !== (last ? s.lastMark : sequence[v]! & MARK)) continue;
      const i = last ? s.later : sequence[v]! >> SEQUENCE;
      const at = i << EVENT;
      const node = last
        ? trees.add(s.lastAgent, s.lastChoice, s.lastFoot)
        : trees.add(events[at + E_AGENT]!, events[at + E_CHOICE]!, events[at + E_FOOT]!);
      if (beside >= 0) trees.setSibling(beside, node);
      else if (over >= 0) trees.setChild(over, node);
      else s.tree[e] = node;
      if (i > settled) settled = i;
      beside = -1;
      over = node;
    }
  }
  return settled;
}
