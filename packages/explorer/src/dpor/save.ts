/** A paused optimal search as plain JSON, and back. */
import { Kind } from '../automaton/kinds.js';
import { RacewalkError } from '../errors.js';
import type { Asleep, JobStep, Rest, SavedFoot, SavedTree } from '../jobs/types.js';
import { E, undo } from '../memory/machine.js';
import { enabled, execute } from '../memory/step.js';
import { closeRaces } from './clocks.js';
import { fallAsleep } from './search.js';
import type { DporState } from './state.js';
import { waitingTwins } from './twins.js';
import { T } from './wakeup.js';

/** Footprints and clocks are left out: they follow from the schedule. */
export interface SavedDpor extends Rest {
  readonly awaited: readonly number[];
}

/** The whole search. */
export function saveDpor(s: DporState): SavedDpor {
  return { awaited: marked(s.m.auto.awaited), ...saveRest(s, 0) };
}

/** The cells whose flag is set. */
export function marked(flags: Uint8Array): number[] {
  return [...flags.keys()].filter((cell) => flags[cell] === 1);
}

/** The search from depth `floor` on. */
export function saveRest(s: DporState, floor: number): Rest {
  const { m, agents } = s;
  const path: JobStep[] = [];
  const sleep: Asleep[] = [];
  const trees: SavedTree[][] = [];
  const feet: SavedFoot[] = [];
  for (let d = floor; d <= m.depth; d++) {
    const asleep: [number, number][] = [];
    for (let a = 0; a < agents; a++) {
      if ((s.asleep[d]! & (1 << a)) !== 0) asleep.push([a, s.sleep[d * agents + a]!]);
    }
    sleep.push(asleep);
    trees.push(saveTrees(s, s.tree[d]!));
    if (d === m.depth) break;
    const e = d << E.SHIFT;
    path.push([m.events[e + E.AGENT]!, m.events[e + E.CHOICE]!]);
    feet.push(m.auto.foots.accesses(m.events[e + E.FOOT]!));
  }
  return { path, sleep, trees, feet };
}

function saveTrees(s: DporState, first: number): SavedTree[] {
  const { nodes } = s.trees;
  const saved: SavedTree[] = [];
  for (let n = first; n >= 0; n = nodes[(n << T.SHIFT) + T.SIBLING]!) {
    const t = n << T.SHIFT;
    const foot = s.m.auto.foots.accesses(nodes[t + T.FOOT]!);
    saved.push([nodes[t + T.AGENT]!, nodes[t + T.CHOICE]!, foot, saveTrees(s, nodes[t + T.CHILD]!)]);
  }
  return saved;
}

/** Put `s` back where {@link saveDpor} found it. Who slept and was not woken by the step sleeps on. */
export function restoreDpor(s: DporState, saved: Omit<SavedDpor, 'feet'>): void {
  const { m } = s;
  m.auto.await(saved.awaited);
  s.reset();
  for (let d = 0; ; d++) {
    s.reserve(d + 1);
    putToSleep(s, d, saved.sleep[d]!);
    s.tree[d] = restoreTrees(s, saved.trees[d]!);
    if (s.twins.length > 0) s.twin[d] = waitingTwins(s);
    if (d === saved.path.length) break;
    const [agent, choice] = saved.path[d]!;
    take(s, agent, choice);
    s.reserve(d + 2);
    fallAsleep(s, d, agent);
  }
  // The races are looked at again at the next complete execution; one that was settled still is.
  closeRaces(s, 0);
}

function putToSleep(s: DporState, d: number, asleep: Asleep): void {
  for (const [agent, alternatives] of asleep) {
    const at = d * s.agents + agent;
    const already = (s.asleep[d]! & (1 << agent)) === 0 ? 0 : s.sleep[at]!;
    s.asleep[d] = s.asleep[d]! | (1 << agent);
    s.sleep[at] = already | alternatives;
    s.sleepFoot[at] = take(s, agent, 31 - Math.clz32(alternatives));
    undo(s.m);
  }
}

function restoreTrees(s: DporState, saved: readonly SavedTree[]): number {
  let first = -1;
  for (const [agent, choice, , children] of saved.toReversed()) {
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
    throw new RacewalkError('E_CHECKPOINT', 'the checkpoint does not fit the program', {
      hint: 'it was made by another version of the program; start the search anew',
    });
  }
  execute(m, agent, choice);
  m.faultCode = '';
  return m.events[((m.depth - 1) << E.SHIFT) + E.FOOT]!;
}
