/** Reversing a race: build the sequence that has it the other way round, and insert it if it is new. */
import { E_AGENT, E_CHOICE, E_FOOT, EVENT } from '../memory/machine.js';
import type { DporState } from './state.js';

/**
 * Let the step (agent, choice, foot) come before event `e`: after the events of the execution that do
 * not happen after `e`. Does nothing if that has been explored or is going to be.
 */
export function insertReversal(s: DporState, e: number, agent: number, choice: number, foot: number): void {
  collect(s, e, agent, choice, foot);
  if (!redundant(s, e)) insert(s, e);
}

function collect(s: DporState, e: number, agent: number, choice: number, foot: number): void {
  const { clock, agents, vAgent, vChoice, vFoot } = s;
  const { events, depth } = s.m;
  const first = events[(e << EVENT) + E_AGENT]!;
  let length = 0;
  for (let i = e + 1, c = i * agents + first; i < depth; i++, c += agents) {
    if (clock[c]! > e) continue;
    const event = i << EVENT;
    vAgent[length] = events[event + E_AGENT]!;
    vChoice[length] = events[event + E_CHOICE]!;
    vFoot[length] = events[event + E_FOOT]!;
    length++;
  }
  vAgent[length] = agent;
  vChoice[length] = choice;
  vFoot[length] = foot;
  s.vLength = length + 1;
}

/** Whether a step asleep at `e` could come first in the sequence (or commutes with all of it). */
function redundant(s: DporState, e: number): boolean {
  const { sleep, sleepFoot, agents } = s;
  const at = e * agents;
  for (let q = 0; q < agents; q++) {
    const asleep = sleep[at + q]!;
    if (asleep !== 0 && canComeFirst(s, q, asleep, sleepFoot[at + q]!)) return true;
  }
  return false;
}

function canComeFirst(s: DporState, q: number, asleep: number, foot: number): boolean {
  const { vAgent, vChoice, vFoot, vLength } = s;
  const { foots } = s.m.auto;
  for (let i = 0; i < vLength; i++) {
    if (vAgent[i] === q) return (asleep & (1 << vChoice[i]!)) !== 0;
    if (foots.conflict(foot, vFoot[i]!)) return false;
  }
  return true;
}

function insert(s: DporState, e: number): void {
  const { trees } = s;
  let parent = -1;
  let child = s.tree[e]!;
  let newest = -1;
  while (child >= 0) {
    if (!follows(s, child)) {
      newest = child;
      child = trees.sibling[child]!;
      continue;
    }
    if (trees.child[child]! < 0) return; // a branch that will be explored covers the sequence
    parent = child;
    newest = -1;
    child = trees.child[child]!;
  }
  append(s, e, parent, newest);
}

/** Whether the tree's step can come first in what is left of the sequence; uses it up if it is in there. */
function follows(s: DporState, node: number): boolean {
  const { trees, vAgent, vChoice, vFoot, vLength } = s;
  const { foots } = s.m.auto;
  const agent = trees.agent[node]!;
  const foot = trees.foot[node]!;
  for (let i = 0; i < vLength; i++) {
    const other = vAgent[i]!;
    if (other < 0) continue;
    if (other === agent) {
      if (vChoice[i] !== trees.choice[node]) return false;
      vAgent[i] = -1;
      return true;
    }
    if (foots.conflict(foot, vFoot[i]!)) return false;
  }
  return true;
}

function append(s: DporState, e: number, parent: number, newest: number): void {
  const { trees, vAgent, vChoice, vFoot, vLength } = s;
  let at = newest;
  let over = parent;
  for (let i = 0; i < vLength; i++) {
    if (vAgent[i]! < 0) continue;
    const node = trees.add(vAgent[i]!, vChoice[i]!, vFoot[i]!);
    if (at >= 0) trees.sibling[at] = node;
    else if (over >= 0) trees.child[over] = node;
    else s.tree[e] = node;
    at = -1;
    over = node;
  }
}
