/**
 * Steps that wait for several words at once. One event alone that is left out may not be enough: a step that needs a value
 * of its guard, and the stores of two threads in memory, may have been possible only before an event of each of them.
 *
 * The step can be taken where each word that decides has one of some values, and some further conditions hold, which, once they
 * do, stay so (a store has left). The stores to one word are in one order. So the largest parts of an execution in which
 * the step is possible are those that leave out, for some of the words, one of its stores and all that happens
 * after. They are found word by word: as long as one says no, go back to an earlier store to it.
 */
import { E, S } from '../../execution/events.js';
import { Blocked } from '../../models/model.js';
import { Foot, Mode } from '../../program/footprints.js';
import { insertReversal } from './insert.js';
import { happensAfter } from './past.js';
import { type DporState, R } from './state.js';

/** The step that waits, after event `prev` of its agent (-1: none). */
export interface Waiting {
  readonly agent: number;
  readonly node: number;
  readonly aux: number;
  readonly prev: number;
}

/**
 * Let the step come wherever it is possible without event `first` (the depth: without none), and without events of other
 * words that it waits for. Returns what settled it, as `insertReversal` does.
 */
export function reverseSeveral(s: DporState, w: Waiting, first: number): number {
  s.past.without = first;
  s.past.also.length = 0;
  return goBack(s, w);
}

function goBack(s: DporState, w: Waiting): number {
  const { past, x, clock, agents } = s;
  const cell = x.model.order.blockedBy(past, w.node, w.aux);
  if (cell === Blocked.FOR_GOOD) return 0;
  if (cell === Blocked.NOT) return insertWithout(s, w);
  const { slots, events, cellLast } = x;
  let settled = 0;
  for (let k = cellLast[cell] ?? -1; k >= 0; k = slots[(k << S.SHIFT) + S.STORE]!) {
    const slot = k << S.SHIFT;
    const f = slots[slot + S.EVENT]!;
    if (slots[slot + S.MODE] === Mode.READ || !past.keeps(f)) continue;
    if (w.prev >= 0 && clock[w.prev * agents + events[(f << E.SHIFT) + E.AGENT]!]! > f) break;
    past.also.push(f);
    if (x.model.order.blockedBy(past, w.node, w.aux) !== cell) settled = Math.max(settled, goBack(s, w));
    past.also.pop();
  }
  return settled;
}

/** Insert the step where it is possible: in the state without {@link PastWithout.without} and those besides. */
function insertWithout(s: DporState, { agent, node, aux }: Waiting): number {
  const { past, x } = s;
  const foot = x.model.order.footIn(past, node, aux);
  if (foot === Foot.DISABLED) return 0;
  const all = [past.without, ...past.also].filter((e) => e < x.depth);
  // What goes with another of them is not one that the step has to pass by.
  const first = all.filter((e) => !all.some((o) => o !== e && happensAfter(s, e, o)));
  const e = Math.min(...first);
  if (first.some((f) => !x.auto.foots.conflict(foot, x.events[(f << E.SHIFT) + E.FOOT]!))) return 0;
  const { without } = past;
  const also = past.also.splice(0);
  past.without = e;
  past.also.push(...first.filter((f) => f !== e));
  const settled = first.length === 0 ? 0 : insertReversal(s, e, R.NEVER, agent, 0, foot);
  past.without = without;
  past.also.splice(0, past.also.length, ...also);
  return settled;
}
