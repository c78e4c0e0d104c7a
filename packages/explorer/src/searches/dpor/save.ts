/** A paused optimal search as plain JSON, and back. */

import { RacewalkError } from '../../errors.js';
import { E } from '../../execution/events.js';
import { closeRaces } from './clocks.js';
import type { Asleep, JobStep, Rest, SavedFoot, SavedTree } from './pieces.js';
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
  return { awaited: marked(s.x.auto.awaited), ...saveRest(s, 0) };
}

/** The cells whose flag is set. */
export function marked(flags: Uint8Array): number[] {
  return [...flags.keys()].filter((cell) => flags[cell] === 1);
}

/** The search from depth `floor` on. */
export function saveRest(s: DporState, floor: number): Rest {
  const { x, agents } = s;
  const path: JobStep[] = [];
  const sleep: Asleep[] = [];
  const trees: SavedTree[][] = [];
  const feet: SavedFoot[] = [];
  for (let d = floor; d <= x.depth; d++) {
    const asleep: [number, number][] = [];
    for (let a = 0; a < agents; a++) {
      if ((s.asleep[d]! & (1 << a)) !== 0) asleep.push([a, s.sleep[d * agents + a]!]);
    }
    sleep.push(asleep);
    trees.push(saveTrees(s, s.tree[d]!));
    if (d === x.depth) break;
    const e = d << E.SHIFT;
    path.push([x.events[e + E.AGENT]!, x.events[e + E.CHOICE]!]);
    feet.push(x.auto.foots.accesses(x.events[e + E.FOOT]!));
  }
  return { path, sleep, trees, feet };
}

function saveTrees(s: DporState, first: number): SavedTree[] {
  const { nodes } = s.trees;
  const saved: SavedTree[] = [];
  for (let n = first; n >= 0; n = nodes[(n << T.SHIFT) + T.SIBLING]!) {
    const t = n << T.SHIFT;
    const foot = s.x.auto.foots.accesses(nodes[t + T.FOOT]!);
    saved.push([nodes[t + T.AGENT]!, nodes[t + T.CHOICE]!, foot, saveTrees(s, nodes[t + T.CHILD]!)]);
  }
  return saved;
}

/**
 * Restore the search that {@link saveDpor} saved. Agents that slept and were not woken by a step stay asleep.
 *
 * The schedule on which the search stands is executed again, or for the first time if it leads to a piece that nobody
 * has begun: `onFault` is called at each of its steps that fails.
 */
export function restoreDpor(
  s: DporState,
  saved: Omit<SavedDpor, 'feet'>,
  onFault: () => void = () => undefined,
): void {
  const { x } = s;
  x.auto.await(saved.awaited);
  s.reset();
  for (let d = 0; ; d++) {
    s.reserve(d + 1);
    putToSleep(s, d, saved.sleep[d]!);
    s.tree[d] = restoreTrees(s, saved.trees[d]!);
    if (s.twins.length > 0) s.twin[d] = waitingTwins(s);
    if (d === saved.path.length) break;
    const [agent, choice] = saved.path[d]!;
    take(s, agent, choice, onFault);
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
    s.x.undo();
  }
}

function restoreTrees(s: DporState, saved: readonly SavedTree[]): number {
  let first = -1;
  for (const [agent, choice, , children] of saved.toReversed()) {
    const node = s.trees.add(agent, choice, take(s, agent, choice));
    s.trees.setChild(node, restoreTrees(s, children));
    s.trees.setSibling(node, first);
    s.x.undo();
    first = node;
  }
  return first;
}

/** Execute a step to learn its footprint. It is explored elsewhere, so its faults are reported there. */
function take(s: DporState, agent: number, choice: number, onFault: () => void = () => undefined): number {
  const { x } = s;
  const fits = agent >= 0 && agent < x.agents && x.enabled(agent);
  if (!fits || !x.accepts(agent, choice)) {
    throw new RacewalkError('E_CHECKPOINT', 'the checkpoint does not fit the program', {
      hint: 'it was made by another version of the program; start the search anew',
    });
  }
  x.execute(agent, choice);
  if (x.faultCode !== '') onFault();
  x.faultCode = '';
  return x.events[((x.depth - 1) << E.SHIFT) + E.FOOT]!;
}
