/** A paused optimal search as plain JSON, and back. */
import { Kind } from '../automaton/kinds.js';
import { ExplorerError } from '../errors.js';
import { E, undo } from '../memory/machine.js';
import { enabled, execute } from '../memory/step.js';
import { closeRaces } from './clocks.js';
import type { DporState } from './state.js';
import { T } from './wakeup.js';

/** A wakeup tree node: agent, alternative, children. */
type SavedTree = readonly [number, number, readonly SavedTree[]];

/** Footprints and clocks are left out: they follow from the schedule. */
export interface SavedDpor {
  readonly awaited: readonly number[];
  /** Agent and alternative of every event. */
  readonly path: readonly (readonly [number, number])[];
  /** Per depth, up to and including the present one: agents asleep with their alternatives, and the tree. */
  readonly sleep: readonly (readonly (readonly [number, number])[])[];
  readonly trees: readonly (readonly SavedTree[])[];
}

export function saveDpor(s: DporState): SavedDpor {
  const { m, agents } = s;
  const path: [number, number][] = [];
  const sleep: [number, number][][] = [];
  const trees: SavedTree[][] = [];
  for (let d = 0; d <= m.depth; d++) {
    const asleep: [number, number][] = [];
    for (let a = 0; a < agents; a++) {
      if ((s.asleep[d]! & (1 << a)) !== 0) asleep.push([a, s.sleep[d * agents + a]!]);
    }
    sleep.push(asleep);
    trees.push(saveTrees(s, s.tree[d]!));
    if (d < m.depth) path.push([m.events[(d << E.SHIFT) + E.AGENT]!, m.events[(d << E.SHIFT) + E.CHOICE]!]);
  }
  return { awaited: [...m.auto.awaited.keys()].filter((c) => m.auto.awaited[c] === 1), path, sleep, trees };
}

function saveTrees(s: DporState, first: number): SavedTree[] {
  const { nodes } = s.trees;
  const saved: SavedTree[] = [];
  for (let n = first; n >= 0; n = nodes[(n << T.SHIFT) + T.SIBLING]!) {
    const t = n << T.SHIFT;
    saved.push([nodes[t + T.AGENT]!, nodes[t + T.CHOICE]!, saveTrees(s, nodes[t + T.CHILD]!)]);
  }
  return saved;
}

/** Put `s` back where {@link saveDpor} found it. */
export function restoreDpor(s: DporState, saved: SavedDpor): void {
  const { m, agents } = s;
  m.auto.await(saved.awaited);
  s.reset();
  for (let d = 0; ; d++) {
    s.reserve(d + 1);
    s.asleep[d] = 0;
    for (const [agent, alternatives] of saved.sleep[d]!) {
      s.asleep[d] = s.asleep[d]! | (1 << agent);
      s.sleep[d * agents + agent] = alternatives;
      const choice = 31 - Math.clz32(alternatives);
      s.sleepFoot[d * agents + agent] = take(s, agent, choice);
      undo(m);
    }
    s.tree[d] = restoreTrees(s, saved.trees[d]!);
    if (d === saved.path.length) break;
    take(s, ...saved.path[d]!);
  }
  // The races are looked at again at the next complete execution; one that was settled still is.
  closeRaces(s, 0);
}

function restoreTrees(s: DporState, saved: readonly SavedTree[]): number {
  let first = -1;
  for (const [agent, choice, children] of saved.toReversed()) {
    const node = s.trees.add(agent, choice, take(s, agent, choice));
    s.trees.setChild(node, restoreTrees(s, children));
    s.trees.setSibling(node, first);
    undo(s.m);
    first = node;
  }
  return first;
}

function take(s: DporState, agent: number, choice: number): number {
  const { m } = s;
  const fits = agent >= 0 && agent < m.agents && enabled(m, agent);
  const alternatives =
    fits && agent < m.threads && m.kindOf(agent) === Kind.CHOOSE ? m.auto.ops[m.cur[agent]!]!.a : 1;
  if (!fits || choice >= alternatives) {
    throw new ExplorerError(
      'E_CHECKPOINT',
      'the checkpoint does not fit the program',
      'it was made by another version of the program; start the search anew',
    );
  }
  execute(m, agent, choice);
  m.faultCode = '';
  return m.events[((m.depth - 1) << E.SHIFT) + E.FOOT]!;
}
