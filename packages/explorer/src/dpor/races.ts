/** From a complete execution to the sequences still to be explored. */
import { N } from '../automaton/automata.js';
import { Foot, Mode } from '../automaton/footprints.js';
import { among, Kind, Kinds } from '../automaton/kinds.js';
import { E, S } from '../memory/machine.js';
import { enabled } from '../memory/step.js';
import { closeRaces, conflicts } from './clocks.js';
import { insertReversal } from './insert.js';
import { exchangedBefore, reordered } from './reorder.js';
import { type DporState, R } from './state.js';
import { firstAlternative } from './twins.js';

/**
 * Reverse the races of the complete execution whose events from `from` on are new. Older races count, too:
 * what has to come before the earlier event depends on how the execution ends.
 */
export function reverseRaces(s: DporState, from: number): void {
  const { m } = s;
  closeRaces(s, from);
  lookAtRaces(s, from);
  for (let t = 0; t < m.threads; t++) {
    const node = among(Kinds.WAITS, m.kindOf(t)) && !enabled(m, t) ? m.cur[t]! : -1;
    if (node >= 0 && !waitsAsBefore(s, t, node, from)) s.waitSettled[t] = waiting(s, t);
    s.waitNode[t] = node;
  }
}

/** Reverse the races that an event from `from` on settled, or that are new. */
function lookAtRaces(s: DporState, from: number): void {
  const { races, raceCount } = s;
  let first = s.newRaces;
  while (first > 0 && races[first - R.SIZE + R.NEWEST]! >= from) first -= R.SIZE;
  let newest = first > 0 ? races[first - R.SIZE + R.NEWEST]! : -1;
  for (let i = first; i < raceCount; i += R.SIZE) {
    if (races[i + R.SETTLED]! >= from) {
      races[i + R.SETTLED] = look(s, races[i + R.EARLIER]!, races[i + R.LATER]!);
    }
    if (races[i + R.SETTLED]! > newest) newest = races[i + R.SETTLED]!;
    races[i + R.NEWEST] = newest;
  }
}

/** Whether `t` waited at the end of the execution before, too, and nothing that concerns it is new. */
function waitsAsBefore(s: DporState, t: number, node: number, from: number): boolean {
  const { m } = s;
  if (s.waitNode[t] !== node || s.waitSettled[t]! >= from || m.last[t]! >= from) return false;
  // A locked step also waits for the own store buffer, so a store that left it later is news.
  if (m.buffers !== null && m.last[m.threads + t]! >= from) return false;
  const op = m.auto.ops[node]!;
  if (op.cell >= 0) return newestAccess(s, op.cell) < from;
  for (const cell of op.cells) if (newestAccess(s, cell) >= from) return false;
  return true;
}

function newestAccess(s: DporState, cell: number): number {
  const slot = s.m.cellLast[cell]!;
  return slot < 0 ? -1 : s.m.slots[(slot << S.SHIFT) + S.EVENT]!;
}

function look(s: DporState, e: number, d: number): number {
  const { m } = s;
  const at = d << E.SHIFT;
  const node = m.events[at + E.NODE]!;
  if (e < 0) return m.auto.nodes[(node << N.SHIFT) + N.KIND] === Kind.CHOOSE ? choices(s, d) : taken(s, d);
  const agent = m.events[at + E.AGENT]!;
  const foot = node < 0 ? m.events[at + E.FOOT]! : footBefore(s, e, d, node);
  if (foot === Foot.DISABLED) return 0;
  return insertReversal(s, e, placeOf(s, d, node, foot), agent, m.events[at + E.CHOICE]!, foot);
}

/**
 * The number under which a reversed step enters the sequence. An atomic step that stores to other cells
 * when it comes first may have to wait there for steps it commutes with in this execution, and these may
 * be others in each execution: what it settles itself is never settled for good.
 */
function placeOf(s: DporState, d: number, node: number, foot: number): number {
  const { m } = s;
  if (node < 0 || d === m.depth || foot === m.events[(d << E.SHIFT) + E.FOOT]!) return d;
  const kind = m.auto.nodes[(node << N.SHIFT) + N.KIND]!;
  return kind === Kind.ATOMIC || kind === Kind.GUARDED ? R.NEVER : d;
}

/** The footprint of event `d`, taken at `node`, when it comes before event `e`: it may depend on the values found. */
function footBefore(s: DporState, e: number, d: number, node: number): number {
  const { m } = s;
  const at = d << E.SHIFT;
  if (m.buffers !== null) return reordered(s, e, node, m.events[at + E.AUX]!);
  const kind = m.auto.nodes[(node << N.SHIFT) + N.KIND]!;
  if (kind === Kind.CMPXCHG) return exchangedBefore(s, e, d, node);
  if (kind === Kind.TRYLOCK || kind === Kind.ATOMIC) return reordered(s, e, node, 0);
  return m.events[at + E.FOOT]!;
}

/** The other alternatives of the choice made by event `d`. */
function choices(s: DporState, d: number): number {
  const { m } = s;
  const e = d << E.SHIFT;
  const agent = m.events[e + E.AGENT]!;
  const node = m.events[e + E.NODE]!;
  const made = m.events[e + E.CHOICE]!;
  const count = m.auto.nodes[(node << N.SHIFT) + N.A]!;
  let settled = 0;
  const first = s.twins.length > 0 ? firstAlternative(s, agent, m.events[e + E.PREV]!) : 0;
  for (let c = first; c < count; c++) {
    if (c !== made) settled = Math.max(settled, insertReversal(s, d, d, agent, c, m.events[e + E.FOOT]!));
  }
  return settled;
}

/** Event `d` had to wait for something: it can also come before what made it wait. */
function taken(s: DporState, d: number): number {
  const { m } = s;
  const e = d << E.SHIFT;
  const end = m.events[e + (1 << E.SHIFT) + E.SLOT]!;
  let settled = 0;
  for (let top = m.events[e + E.SLOT]!; top < end; top++) {
    const slot = top << S.SHIFT;
    const by = scan(
      s,
      d,
      m.events[e + E.AGENT]!,
      m.events[e + E.NODE]!,
      m.events[e + E.AUX]!,
      m.events[e + E.PREV]!,
      m.slots[slot + S.MODE]!,
      m.slots[slot + S.PREV]!,
    );
    if (by > settled) settled = by;
  }
  return settled;
}

/** Thread `t` waits at the end of the execution: could it have gone on earlier? */
function waiting(s: DporState, t: number): number {
  const { m } = s;
  const node = m.cur[t]!;
  const aux = m.buffers === null ? 0 : m.buffers.issued[t]!;
  const n = node << N.SHIFT;
  const kind = m.auto.nodes[n + N.KIND]!;
  if (kind === Kind.LOCK || kind === Kind.AWAIT) {
    const cell = m.auto.nodes[n + N.CELL]!;
    return scan(
      s,
      m.depth,
      t,
      node,
      aux,
      m.last[t]!,
      kind === Kind.LOCK ? Mode.WRITE : Mode.READ,
      m.cellLast[cell]!,
    );
  }
  // What a guarded step would store to is only known where it can be taken: assume everything.
  const mode = kind === Kind.RETRY ? Mode.READ : Mode.WRITE;
  let settled = 0;
  for (const cell of m.auto.ops[node]!.cells) {
    const by = scan(s, m.depth, t, node, aux, m.last[t]!, mode, m.cellLast[cell]!);
    if (by > settled) settled = by;
  }
  return settled;
}

/**
 * Walk back over the accesses of one cell from slot `k`. Where the step could have been taken before
 * one of them, reverse the two and look no further behind that event; where not, go on: a lock is
 * reversed against the earlier lock, past the unlock. The step is event `d`, or waits at the end (depth).
 */
function scan(
  s: DporState,
  d: number,
  agent: number,
  node: number,
  aux: number,
  prev: number,
  mode: number,
  k: number,
): number {
  const { m, clock, agents, covered } = s;
  const { slots, events } = m;
  let settled = 0;
  if (prev < 0) covered.fill(0);
  else for (let a = 0; a < agents; a++) covered[a] = clock[prev * agents + a]!;
  for (let at = k; at >= 0; at = slots[(at << S.SHIFT) + S.PREV]!) {
    const slot = at << S.SHIFT;
    const f = slots[slot + S.EVENT]!;
    if (!conflicts(mode, slots[slot + S.MODE]!) || covered[events[(f << E.SHIFT) + E.AGENT]!]! > f) continue;
    const foot = reordered(s, f, node, aux);
    if (foot === Foot.DISABLED || !m.auto.foots.conflict(foot, events[(f << E.SHIFT) + E.FOOT]!)) continue;
    settled = Math.max(settled, insertReversal(s, f, placeOf(s, d, node, foot), agent, 0, foot));
    for (let a = 0; a < agents; a++) {
      if (clock[f * agents + a]! > covered[a]!) covered[a] = clock[f * agents + a]!;
    }
  }
  return settled;
}
