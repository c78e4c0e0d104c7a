/**
 * Threads that the program declares interchangeable. Of two schedules that are mirror images one is enough.
 * So as long as two twins have taken the same steps and seen the same values, the younger waits for the elder
 * to move.
 *
 * "The same" is checked narrowly: only choices, and loads with no store between them, count. Where the check
 * misses an equal pair, both mirror images are explored, which costs only time.
 */

import { E, S } from '../../execution/events.js';
import type { Execution } from '../../execution/execution.js';
import { among, Kind, Kinds } from '../../program/kinds.js';
import type { DporState } from './state.js';

/** The twins differ. */
const DIFFERENT = -2;
/** The elder has done no more than the younger. */
const NOTHING = -1;

/** Agents that must not move yet in the present state. */
export function waitingTwins(s: DporState): number {
  const { x, twins } = s;
  let mask = 0;
  for (let i = 0; i < twins.length; i += 2) {
    const younger = twins[i + 1]!;
    if (among(Kinds.OVER, x.kindOf(younger))) continue;
    if (following(s, twins[i]!, x.last[younger]!) === NOTHING) mask |= 1 << younger;
  }
  return mask;
}

/** The first alternative that `agent` must try at a CHOOSE that follows its own event `last`. */
export function firstAlternative(s: DporState, agent: number, last: number): number {
  const { x, twins } = s;
  for (let i = 0; i < twins.length; i += 2) {
    if (twins[i + 1] !== agent) continue;
    const next = following(s, twins[i]!, last);
    if (next >= 0 && x.kindAt(next) === Kind.CHOOSE) return x.events[(next << E.SHIFT) + E.CHOICE]!;
  }
  return 0;
}

/** What `elder` did after as many steps as its twin has made up to event `last`, if these are the same. */
function following(s: DporState, elder: number, last: number): number {
  const { x } = s;
  const more = steps(x, x.last[elder]!) - steps(x, last);
  if (more < 0) return DIFFERENT;
  let next = NOTHING;
  let a = x.last[elder]!;
  for (let i = 0; i < more; i++) {
    next = a;
    a = x.events[(a << E.SHIFT) + E.PREV]!;
  }
  for (let b = last; b >= 0; ) {
    if (!alike(x, a, b)) return DIFFERENT;
    a = x.events[(a << E.SHIFT) + E.PREV]!;
    b = x.events[(b << E.SHIFT) + E.PREV]!;
  }
  return next;
}

function steps(x: Execution, last: number): number {
  let count = 0;
  for (let e = last; e >= 0; e = x.events[(e << E.SHIFT) + E.PREV]!) count++;
  return count;
}

function alike(x: Execution, a: number, b: number): boolean {
  const kind = x.kindAt(a);
  if (kind !== x.kindAt(b)) return false;
  const [at, bt] = [a << E.SHIFT, b << E.SHIFT];
  if (x.events[at + E.RESULT] !== x.events[bt + E.RESULT]) return false;
  if (kind === Kind.CHOOSE) return true;
  if (kind !== Kind.READ && kind !== Kind.AWAIT) return false;
  if (x.events[at + E.CHOICE] !== x.events[bt + E.CHOICE]) return false;
  const [first, second] = [x.events[at + E.SLOT]! << S.SHIFT, x.events[bt + E.SLOT]! << S.SHIFT];
  return (
    x.slots[first + S.CELL] === x.slots[second + S.CELL] &&
    x.slots[first + S.STORE] === x.slots[second + S.STORE]
  );
}
