/**
 * Reversing a race: build the sequence in which the two events come in the other order, and schedule it if it
 * is new.
 *
 * The sequence v is everything that does not happen after the earlier event, then the later one. It is
 * covered if a step that has been explored there (asleep), or is going to be (a branch), can come first in v
 * or commutes with all of v. Not all of v is scheduled: only the later event, the steps it needs, and for
 * each sleeping or earlier branch one event that conflicts with it. That event wakes the branch on the way,
 * so no execution is abandoned half-way.
 */

import { E } from '../../execution/events.js';
import { requestOf } from './requests.js';
import { comesBefore, extend, markNeeded } from './sequence.js';
import { type DporState, Mark, R } from './state.js';
import { T } from './wakeup.js';

const NOT_FIRST = -1;
const NOTHING_NEW = -1;
const NOWHERE: readonly number[] = [];

/**
 * Let the step (agent, choice, foot) come before event `e`. In this execution it is event `later` (the depth,
 * if it waits at the end; {@link R.NEVER} if its place depends on how the execution ends).
 *
 * Returns the number of the event that settled the race: while executions agree with this one up to and
 * including that event, nothing more needs to be done for it.
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
  for (let left = s.twin[e]!; left !== 0; left &= left - 1) {
    const by = mirrored(s, 31 - Math.clz32(left & -left));
    if (by !== NOT_FIRST) return by;
  }
  return insert(s, e);
}

/**
 * Whether the mirror image of the sequence covers it: the sequence needs a step of `younger` first, and the
 * elder twin has no first step in it. Returns the event of that step.
 */
function mirrored(s: DporState, younger: number): number {
  const { twins } = s;
  const by = firstStep(s, younger);
  if (by === NOT_FIRST || (s.lastAgent !== younger && !isNeeded(s, by))) return NOT_FIRST;
  for (let i = 0; i < twins.length; i += 2) {
    if (twins[i + 1] === younger && firstStep(s, twins[i]!) !== NOT_FIRST) return NOT_FIRST;
  }
  return by;
}

/** The first step of `agent` in the sequence, if no other step must come before it. */
function firstStep(s: DporState, agent: number): number {
  const { events } = s.x;
  for (let v = 0; v < s.sequenceEnd || extend(s); v++) {
    const i = s.sequence[v]! >> Mark.SHIFT;
    if (events[(i << E.SHIFT) + E.AGENT] !== agent) continue;
    const mark = s.sequence[v]!;
    const first = canComeFirst(s, agent, -1, events[(i << E.SHIFT) + E.FOOT]!);
    s.sequence[v] = mark;
    return first;
  }
  return s.lastAgent === agent ? canComeFirst(s, agent, -1, s.lastFoot) : NOT_FIRST;
}

/** Whether the reversed step has to come after event `i` of the sequence. */
function isNeeded(s: DporState, i: number): boolean {
  markNeeded(s);
  for (let v = 0; v < s.sequenceEnd; v++) {
    if (s.sequence[v]! >> Mark.SHIFT === i) return (s.sequence[v]! & Mark.MASK) === Mark.BEFORE;
  }
  return false;
}

/**
 * Whether one of the `alternatives` of the next step of `q` can come first in the sequence. Returns the event
 * of that step, or {@link R.NEVER} if the step commutes with the whole sequence: an execution that ends
 * differently may then decide differently. Otherwise marks the event that is in the way.
 */
function canComeFirst(s: DporState, q: number, alternatives: number, foot: number): number {
  const { sequence } = s;
  const { events } = s.x;
  const { foots } = s.x.auto;
  for (let v = 0; v < s.sequenceEnd || extend(s); v++) {
    const i = sequence[v]! >> Mark.SHIFT;
    const at = i << E.SHIFT;
    if (events[at + E.AGENT] === q) {
      if ((alternatives & (1 << events[at + E.CHOICE]!)) !== 0) return i;
    } else if (!foots.conflict(foot, events[at + E.FOOT]!)) {
      continue;
    }
    sequence[v] = (i << Mark.SHIFT) | Mark.WAKES;
    return NOT_FIRST;
  }
  if (s.lastAgent === q) {
    if ((alternatives & (1 << s.lastChoice)) !== 0) return s.later;
  } else if (!foots.conflict(foot, s.lastFoot)) {
    return R.NEVER;
  }
  return NOT_FIRST;
}

/** Walk down the tree at depth `e` along steps that can come first; add the rest of the sequence there. */
function insert(s: DporState, e: number): number {
  const { nodes } = s.trees;
  const wakers = e < s.floor ? placesThatWake(s) : NOWHERE;
  let parent = -1;
  let newest = -1;
  let settled = 0;
  for (let branch = s.tree[e]!; branch >= 0; ) {
    const t = branch << T.SHIFT;
    const by = follows(s, nodes[t + T.AGENT]!, nodes[t + T.CHOICE]!, nodes[t + T.FOOT]!);
    if (by === NOT_FIRST) {
      newest = branch;
      branch = nodes[t + T.SIBLING]!;
      continue;
    }
    if (by > settled) settled = by;
    if (nodes[t + T.CHILD]! < 0) return settled;
    parent = branch;
    newest = -1;
    branch = nodes[t + T.CHILD]!;
  }
  need(s);
  const last = schedule(s, e, parent, newest);
  // The frontier keeps that part of the tree, so it decides whether the sequence is new.
  if (e < s.floor && last !== NOTHING_NEW) s.requests.push(requestOf(s, e, wakers));
  return Math.max(settled, last);
}

function placesThatWake(s: DporState): number[] {
  const places: number[] = [];
  for (let v = 0; v < s.sequenceEnd; v++) if ((s.sequence[v]! & Mark.MASK) === Mark.WAKES) places.push(v);
  return places;
}

/**
 * As {@link canComeFirst}, in the rest of the sequence; marks the step as used up if the sequence contains
 * it.
 */
function follows(s: DporState, agent: number, choice: number, foot: number): number {
  const { sequence } = s;
  const { events } = s.x;
  const { foots } = s.x.auto;
  for (let v = 0; v < s.sequenceEnd || extend(s); v++) {
    const entry = sequence[v]!;
    if ((entry & Mark.MASK) === Mark.USED_UP) continue;
    const i = entry >> Mark.SHIFT;
    const at = i << E.SHIFT;
    if (events[at + E.AGENT] === agent) {
      if (events[at + E.CHOICE] === choice) {
        sequence[v] = entry | Mark.USED_UP;
        return i;
      }
    } else if (!foots.conflict(foot, events[at + E.FOOT]!)) {
      continue;
    }
    sequence[v] = (i << Mark.SHIFT) | Mark.WAKES;
    return NOT_FIRST;
  }
  if (s.lastMark === Mark.USED_UP) return R.NEVER;
  if (s.lastAgent === agent) {
    if (s.lastChoice !== choice) return NOT_FIRST;
    s.lastMark = Mark.USED_UP;
    return s.later;
  }
  return foots.conflict(foot, s.lastFoot) ? NOT_FIRST : R.NEVER;
}

/**
 * Mark the steps that must come before the reversed step, then those that must come before a step that wakes.
 */
function need(s: DporState): void {
  if (s.lastMark !== Mark.USED_UP) markNeeded(s);
  else while (extend(s));
  const { sequence, sequenceEnd } = s;
  for (let v = sequenceEnd - 1; v >= 0; v--) {
    if ((sequence[v]! & Mark.MASK) === 0 && comesBefore(s, v, Mark.WAKES))
      sequence[v] = sequence[v]! | Mark.WAKES;
  }
}

/**
 * Add the needed steps under `parent` after its child `newest`. Returns the newest event among them, or
 * {@link NOTHING_NEW} if all are in the tree.
 */
function schedule(s: DporState, e: number, parent: number, newest: number): number {
  const { sequence, sequenceEnd, trees } = s;
  const { events } = s.x;
  let settled = NOTHING_NEW;
  let over = parent;
  let beside = newest;
  for (let mark = Mark.BEFORE; mark >= Mark.WAKES; mark--) {
    for (let v = 0; v <= sequenceEnd; v++) {
      const last = v === sequenceEnd;
      if (mark !== (last ? s.lastMark : sequence[v]! & Mark.MASK)) continue;
      const i = last ? s.later : sequence[v]! >> Mark.SHIFT;
      const at = i << E.SHIFT;
      const node = last
        ? trees.add(s.lastAgent, s.lastChoice, s.lastFoot)
        : trees.add(events[at + E.AGENT]!, events[at + E.CHOICE]!, events[at + E.FOOT]!);
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
