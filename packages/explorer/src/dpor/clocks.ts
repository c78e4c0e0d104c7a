/** Vector clocks of the events that are new in a complete execution, and the races they close. */
import { N_KIND, NODE } from '../automaton/automata.js';
import { WRITE_MODE } from '../automaton/footprints.js';
import { Kind, WAITS } from '../automaton/kinds.js';
import {
  E_AGENT,
  E_AUX,
  E_NODE,
  E_PREV,
  E_SLOT,
  EVENT,
  type Machine,
  S_EVENT,
  S_MODE,
  S_PREV,
  SLOT,
} from '../memory/machine.js';
import { drains } from '../memory/tso.js';
import { type DporState, R_EARLIER, R_LATER, RACE } from './state.js';

/** Fill in the clocks of events `from` and later, and add their races to those of the events before. */
export function closeRaces(s: DporState, from: number): void {
  const { m } = s;
  while (s.raceCount > 0 && s.races[s.raceCount - RACE + R_LATER]! >= from) s.raceCount -= RACE;
  s.newRaces = s.raceCount;
  for (let d = from; d < m.depth; d++) {
    const first = s.raceCount;
    programOrder(s, d);
    if (needsCloserLook(m, d)) {
      joinConflicts(s, d, false);
      s.addRace(-1, d);
    } else {
      joinConflicts(s, d, true);
      if (s.raceCount - first > RACE) keepDirect(s, first);
    }
    s.clock[d * s.agents + m.events[(d << EVENT) + E_AGENT]!] = d + 1;
  }
}

/** Start the clock of event `d` from what its agent did before (for a flush: and the store's issue). */
function programOrder(s: DporState, d: number): void {
  const { clock, agents, m } = s;
  const e = d << EVENT;
  const prev = m.events[e + E_PREV]!;
  const at = d * agents;
  if (prev < 0) clock.fill(0, at, at + agents);
  else for (let a = 0; a < agents; a++) clock[at + a] = clock[prev * agents + a]!;
  const agent = m.events[e + E_AGENT]!;
  if (agent < m.threads) return;
  join(s, d, m.buffers!.event[m.events[e + E_AUX]! * m.threads + agent - m.threads]!);
}

function join(s: DporState, d: number, earlier: number): void {
  const { clock, agents } = s;
  const at = d * agents;
  const from = earlier * agents;
  for (let a = 0; a < agents; a++) if (clock[from + a]! > clock[at + a]!) clock[at + a] = clock[from + a]!;
}

/** A choice has alternatives; a step that can wait may be reversed with more than its direct races. */
function needsCloserLook(m: Machine, d: number): boolean {
  const e = d << EVENT;
  const node = m.events[e + E_NODE]!;
  if (node < 0) return false;
  const kind = m.auto.nodes[(node << NODE) + N_KIND]!;
  if (WAITS[kind] === 1 || kind === Kind.CHOOSE) return true;
  return m.buffers !== null && m.events[e + E_AUX]! > 0 && drains(m, node);
}

/**
 * Walk back over the earlier accesses of each cell, newest first, up to the last store. One that is not
 * yet in the clock is ordered before `d` by nothing else (on this cell): a race.
 */
function joinConflicts(s: DporState, d: number, listRaces: boolean): void {
  const { m, clock, agents } = s;
  const { slots, events } = m;
  const e = d << EVENT;
  const at = d * agents;
  const end = events[e + (1 << EVENT) + E_SLOT]!;
  for (let top = events[e + E_SLOT]!; top < end; top++) {
    const mode = slots[(top << SLOT) + S_MODE]!;
    let k = slots[(top << SLOT) + S_PREV]!;
    while (k >= 0) {
      const slot = k << SLOT;
      const other = slots[slot + S_MODE]!;
      if (other !== mode || mode === WRITE_MODE) {
        const f = slots[slot + S_EVENT]!;
        if (clock[at + events[(f << EVENT) + E_AGENT]!]! <= f) {
          join(s, d, f);
          if (listRaces) s.addRace(f, d);
        }
      }
      if (other === WRITE_MODE) break;
      k = slots[slot + S_PREV]!;
    }
  }
}

/** Of the races listed since `first`, drop those that another of them orders. */
function keepDirect(s: DporState, first: number): void {
  const { races, clock, agents } = s;
  const { events } = s.m;
  let kept = first;
  for (let i = first; i < s.raceCount; i += RACE) {
    const f = races[i + R_EARLIER]!;
    const agent = events[(f << EVENT) + E_AGENT]!;
    let direct = true;
    for (let j = first; direct && j < s.raceCount; j += RACE) {
      const g = races[j + R_EARLIER]!;
      direct = g === f || clock[g * agents + agent]! <= f;
    }
    if (!direct) continue;
    races[kept + R_EARLIER] = f;
    kept += RACE;
  }
  s.raceCount = kept;
}

/** The modes a slot of `mode` conflicts with. */
export function conflicts(mode: number, other: number): boolean {
  return mode !== other || mode === WRITE_MODE;
}
