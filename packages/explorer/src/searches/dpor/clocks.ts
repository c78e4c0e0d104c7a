/** Vector clocks of the events that are new in a complete execution, and the races they close. */

import { E, S } from '../../execution/events.js';
import type { Execution } from '../../execution/execution.js';
import { Mode } from '../../program/footprints.js';
import { Kind } from '../../program/kinds.js';
import { type DporState, R } from './state.js';

/** Fill in the clocks of events `from` and later, and add their races to those of the events before. */
export function closeRaces(s: DporState, from: number): void {
  const { x } = s;
  while (s.raceCount > 0 && s.races[s.raceCount - R.SIZE + R.LATER]! >= from) s.raceCount -= R.SIZE;
  s.newRaces = s.raceCount;
  const { old } = x.model;
  for (let d = from; d < x.depth; d++) {
    const first = s.raceCount;
    programOrder(s, d);
    if (needsCloserLook(x, d)) {
      joinConflicts(s, d, false);
      s.addRace(-1, d);
    } else {
      joinConflicts(s, d, true);
      if (s.raceCount - first > R.SIZE) keepDirect(s, first);
    }
    if (old?.possible(d)) s.addRace(R.OLDER, d);
    s.clock[d * s.agents + x.events[(d << E.SHIFT) + E.AGENT]!] = d + 1;
  }
}

/** Start the clock of event `d` from what its agent did before, and from what caused the event. */
function programOrder(s: DporState, d: number): void {
  const { clock, agents, x } = s;
  const e = d << E.SHIFT;
  const prev = x.events[e + E.PREV]!;
  const at = d * agents;
  if (prev < 0) clock.fill(0, at, at + agents);
  else for (let a = 0; a < agents; a++) clock[at + a] = clock[prev * agents + a]!;
  const cause = x.model.order.cause(d);
  if (cause >= 0) join(s, d, cause);
}

function join(s: DporState, d: number, earlier: number): void {
  const { clock, agents } = s;
  const at = d * agents;
  const from = earlier * agents;
  for (let a = 0; a < agents; a++) if (clock[from + a]! > clock[at + a]!) clock[at + a] = clock[from + a]!;
}

/** A choice has alternatives; a step that can wait may be reversed with more than its direct races. */
function needsCloserLook(x: Execution, d: number): boolean {
  return x.kindAt(d) === Kind.CHOOSE || x.model.order.mayWait(d);
}

/**
 * Walk back over the earlier accesses of each cell that conflict, newest first, up to the last store. If an access is not
 * yet in the clock, nothing else orders it before `d` on this cell: a race.
 */
function joinConflicts(s: DporState, d: number, listRaces: boolean): void {
  const { x, clock, agents } = s;
  const { slots, events } = x;
  const e = d << E.SHIFT;
  const at = d * agents;
  const end = events[e + (1 << E.SHIFT) + E.SLOT]!;
  for (let top = events[e + E.SLOT]!; top < end; top++) {
    const mode = slots[(top << S.SHIFT) + S.MODE]!;
    const earlier = mode === Mode.READ ? S.STORE : S.PREV;
    let k = slots[(top << S.SHIFT) + earlier]!;
    while (k >= 0) {
      const slot = k << S.SHIFT;
      const other = slots[slot + S.MODE]!;
      if (other !== mode || mode === Mode.WRITE) {
        const f = slots[slot + S.EVENT]!;
        if (clock[at + events[(f << E.SHIFT) + E.AGENT]!]! <= f) {
          join(s, d, f);
          if (listRaces) s.addRace(f, d);
        }
      }
      if (other === Mode.WRITE) break;
      k = slots[slot + earlier]!;
    }
  }
}

/** Of the races listed since `first`, drop those that another of them orders. */
function keepDirect(s: DporState, first: number): void {
  const { races, clock, agents } = s;
  const { events } = s.x;
  let kept = first;
  for (let i = first; i < s.raceCount; i += R.SIZE) {
    const f = races[i + R.EARLIER]!;
    const agent = events[(f << E.SHIFT) + E.AGENT]!;
    let direct = true;
    for (let j = first; direct && j < s.raceCount; j += R.SIZE) {
      const g = races[j + R.EARLIER]!;
      direct = g === f || clock[g * agents + agent]! <= f;
    }
    if (!direct) continue;
    races[kept + R.EARLIER] = f;
    kept += R.SIZE;
  }
  s.raceCount = kept;
}

/** The modes a slot of `mode` conflicts with. */
export function conflicts(mode: number, other: number): boolean {
  return mode !== other || mode === Mode.WRITE;
}
