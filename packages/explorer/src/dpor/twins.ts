/**
 * Threads that the program declares interchangeable. Of two schedules that are each other's mirror image one is
 * enough, so as long as two twins have done and seen the same, the younger one waits for the elder to move.
 *
 * That they have seen the same is taken narrowly: only choices and loads that nothing stored between. Where it
 * is not seen, mirror images are explored twice, which costs time and nothing else.
 */
import { N } from '../automaton/automata.js';
import { Mode } from '../automaton/footprints.js';
import { among, Kind, Kinds } from '../automaton/kinds.js';
import { E, type Machine, S } from '../memory/machine.js';
import type { DporState } from './state.js';

/** The twins differ. */
const DIFFERENT = -2;
/** The elder has done no more than the younger. */
const NOTHING = -1;

/** Agents that must not move yet in the present state. */
export function waitingTwins(s: DporState): number {
  const { m, twins } = s;
  let mask = 0;
  for (let i = 0; i < twins.length; i += 2) {
    const younger = twins[i + 1]!;
    if (among(Kinds.OVER, m.kindOf(younger))) continue;
    if (following(s, twins[i]!, m.last[younger]!) === NOTHING) mask |= 1 << younger;
  }
  return mask;
}

/** The first alternative that `agent` has to try at a CHOOSE it comes to after event `last` of its own. */
export function firstAlternative(s: DporState, agent: number, last: number): number {
  const { m, twins } = s;
  for (let i = 0; i < twins.length; i += 2) {
    if (twins[i + 1] !== agent) continue;
    const next = following(s, twins[i]!, last);
    if (next >= 0 && kindAt(m, next) === Kind.CHOOSE) return m.events[(next << E.SHIFT) + E.CHOICE]!;
  }
  return 0;
}

/** What `elder` did after as many steps as its twin has made up to event `last`, if these are the same. */
function following(s: DporState, elder: number, last: number): number {
  const { m } = s;
  const more = steps(m, m.last[elder]!) - steps(m, last);
  if (more < 0) return DIFFERENT;
  let next = NOTHING;
  let a = m.last[elder]!;
  for (let i = 0; i < more; i++) {
    next = a;
    a = m.events[(a << E.SHIFT) + E.PREV]!;
  }
  for (let b = last; b >= 0; ) {
    if (!alike(m, a, b)) return DIFFERENT;
    a = m.events[(a << E.SHIFT) + E.PREV]!;
    b = m.events[(b << E.SHIFT) + E.PREV]!;
  }
  return next;
}

function steps(m: Machine, last: number): number {
  let count = 0;
  for (let e = last; e >= 0; e = m.events[(e << E.SHIFT) + E.PREV]!) count++;
  return count;
}

function kindAt(m: Machine, event: number): number {
  const node = m.events[(event << E.SHIFT) + E.NODE]!;
  return node < 0 ? Kind.WRITE : m.auto.nodes[(node << N.SHIFT) + N.KIND]!;
}

function alike(m: Machine, a: number, b: number): boolean {
  const kind = kindAt(m, a);
  if (kind !== kindAt(m, b)) return false;
  const [at, bt] = [a << E.SHIFT, b << E.SHIFT];
  if (m.events[at + E.RESULT] !== m.events[bt + E.RESULT]) return false;
  if (kind === Kind.CHOOSE) return true;
  if (kind !== Kind.READ && kind !== Kind.AWAIT) return false;
  const [first, second] = [m.events[at + E.SLOT]! << S.SHIFT, m.events[bt + E.SLOT]! << S.SHIFT];
  return (
    m.slots[first + S.CELL] === m.slots[second + S.CELL] && storeBefore(m, first) === storeBefore(m, second)
  );
}

/** The newest store to the cell before the load at `slot`, or -1. */
function storeBefore(m: Machine, slot: number): number {
  let k = m.slots[slot + S.PREV]!;
  while (k >= 0 && m.slots[(k << S.SHIFT) + S.MODE] === Mode.READ) k = m.slots[(k << S.SHIFT) + S.PREV]!;
  return k;
}

/** Pairs of an elder and a younger twin, one after the other. */
export function twinsOf(m: Machine): number[] {
  const pairs: number[] = [];
  for (const threads of m.program.symmetric ?? []) {
    for (let i = 1; i < threads.length; i++) pairs.push(threads[i - 1]!, threads[i]!);
  }
  return pairs;
}
