/** From a complete execution to the sequences still to be explored. */

import { E, S } from '../../execution/events.js';
import { N } from '../../program/automata.js';
import { Foot, Mode } from '../../program/footprints.js';
import { among, Kind, Kinds } from '../../program/kinds.js';
import { closeRaces, conflicts } from './clocks.js';
import { insertReversal } from './insert.js';
import { reverseSeveral } from './several.js';
import { type DporState, R } from './state.js';
import { firstAlternative } from './twins.js';

/** No event. */
const NOTHING = -1;

/**
 * Reverse the races of a complete execution whose events from `from` on are new. Older races count, too:
 * which events must come before the earlier one depends on how the execution ends.
 */
export function reverseRaces(s: DporState, from: number): void {
  const { x } = s;
  closeRaces(s, from);
  lookAtRaces(s, from);
  for (let t = 0; t < x.threads; t++) {
    const node = among(Kinds.WAITS, x.kindOf(t)) && !x.enabled(t) ? x.cur[t]! : -1;
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

/** Whether `t` also waited at the end of the previous execution, and nothing that concerns it is new. */
function waitsAsBefore(s: DporState, t: number, node: number, from: number): boolean {
  const { x } = s;
  if (s.waitNode[t] !== node || s.waitSettled[t]! >= from || x.last[t]! >= from) return false;
  return !x.model.order.waitChanged(t, from);
}

function look(s: DporState, e: number, d: number): number {
  const { x } = s;
  const at = d << E.SHIFT;
  const node = x.events[at + E.NODE]!;
  if (e === R.OLDER) return older(s, d);
  if (e < 0) return x.kindAt(d) === Kind.CHOOSE ? choices(s, d) : taken(s, d);
  const agent = x.events[at + E.AGENT]!;
  s.past.without = e;
  const foot = node < 0 ? x.events[at + E.FOOT]! : x.model.order.footOf(s.past, d);
  if (foot === Foot.DISABLED) return 0;
  return insertReversal(s, e, placeOf(s, d, node, foot), agent, x.events[at + E.CHOICE]!, foot);
}

/**
 * The number under which a reversed step enters the sequence. An atomic step that stores to other cells when
 * it comes first may need other steps before it, even some that it commutes with in this execution, and they
 * may differ between executions. So a race that such a step settles itself is never settled for good.
 */
function placeOf(s: DporState, d: number, node: number, foot: number): number {
  const { x } = s;
  if (node < 0 || d === x.depth || foot === x.events[(d << E.SHIFT) + E.FOOT]!) return d;
  const kind = x.auto.nodes[(node << N.SHIFT) + N.KIND]!;
  return kind === Kind.ATOMIC || kind === Kind.GUARDED ? R.NEVER : d;
}

/** The other alternatives of the choice made by event `d`. */
function choices(s: DporState, d: number): number {
  const { x } = s;
  const e = d << E.SHIFT;
  const agent = x.events[e + E.AGENT]!;
  const node = x.events[e + E.NODE]!;
  const made = x.events[e + E.CHOICE]!;
  const count = x.auto.nodes[(node << N.SHIFT) + N.A]!;
  let settled = 0;
  const first = s.twins.length > 0 ? firstAlternative(s, agent, x.events[e + E.PREV]!) : 0;
  for (let c = first; c < count; c++) {
    if (c !== made) settled = Math.max(settled, insertReversal(s, d, d, agent, c, x.events[e + E.FOOT]!));
  }
  return settled;
}

/** The older values that the load of event `d` may return. */
function older(s: DporState, d: number): number {
  const { x, clock, agents } = s;
  const { events } = x;
  const e = d << E.SHIFT;
  const before = (f: number, g: number): boolean =>
    clock[g * agents + events[(f << E.SHIFT) + E.AGENT]!]! > f;
  const most = x.model.old!.most(d, before);
  const made = events[e + E.CHOICE]!;
  let settled = 0;
  for (let c = 0; c <= most; c++) {
    if (c === made) continue;
    const by = insertReversal(s, d, d, events[e + E.AGENT]!, c, events[e + E.FOOT]!);
    if (by > settled) settled = by;
  }
  return settled;
}

/**
 * The step of event `d` can wait: it may also have been possible before an earlier event that made it wait.
 */
function taken(s: DporState, d: number): number {
  const { x } = s;
  const e = d << E.SHIFT;
  const end = x.events[e + (1 << E.SHIFT) + E.SLOT]!;
  let settled = 0;
  for (let top = x.events[e + E.SLOT]!; top < end; top++) {
    const slot = top << S.SHIFT;
    const by = scan(
      s,
      d,
      x.events[e + E.AGENT]!,
      x.events[e + E.NODE]!,
      x.events[e + E.AUX]!,
      x.events[e + E.PREV]!,
      x.model.order.cause(d),
      x.slots[slot + S.MODE]!,
      x.slots[slot + S.PREV]!,
    );
    if (by > settled) settled = by;
  }
  return settled;
}

/** Thread `t` waits at the end of the execution: could it have gone on earlier? */
function waiting(s: DporState, t: number): number {
  const { x } = s;
  const node = x.cur[t]!;
  const aux = x.model.order.aux(t);
  const n = node << N.SHIFT;
  const kind = x.auto.nodes[n + N.KIND]!;
  if (kind === Kind.LOCK || kind === Kind.AWAIT) {
    const cell = x.auto.nodes[n + N.CELL]!;
    return scan(
      s,
      x.depth,
      t,
      node,
      aux,
      x.last[t]!,
      NOTHING,
      kind === Kind.LOCK ? Mode.WRITE : Mode.READ,
      x.cellLast[cell]!,
    );
  }
  if (x.model.order.waitsForSeveral(node)) {
    return reverseSeveral(s, { agent: t, node, aux, prev: x.last[t]! }, x.depth);
  }
  // Which cells a guarded step stores to is known only where it can be taken: assume all.
  const mode = kind === Kind.RETRY ? Mode.READ : Mode.WRITE;
  let settled = 0;
  for (const cell of x.auto.ops[node]!.cells) {
    const by = scan(s, x.depth, t, node, aux, x.last[t]!, NOTHING, mode, x.cellLast[cell]!);
    if (by > settled) settled = by;
  }
  return settled;
}

/**
 * Walk back over the accesses of one cell from slot `k`. If the step could have been taken before one of
 * them, reverse the two and skip what that event happens after; otherwise go on: a lock is reversed against
 * the earlier lock, past the unlock. The step is event `d`, or waits at the end (`d` is the depth).
 */
function scan(
  s: DporState,
  d: number,
  agent: number,
  node: number,
  aux: number,
  prev: number,
  cause: number,
  mode: number,
  k: number,
): number {
  const { x, clock, agents, covered } = s;
  const { slots, events } = x;
  const several = node >= 0 && x.model.order.waitsForSeveral(node);
  let settled = 0;
  if (prev < 0) covered.fill(0);
  else for (let a = 0; a < agents; a++) covered[a] = clock[prev * agents + a]!;
  // What comes before its cause comes before it.
  if (cause >= 0)
    for (let a = 0; a < agents; a++) covered[a] = Math.max(covered[a]!, clock[cause * agents + a]!);
  const earlier = mode === Mode.READ ? S.STORE : S.PREV;
  for (let at = k; at >= 0; at = slots[(at << S.SHIFT) + earlier]!) {
    const slot = at << S.SHIFT;
    const f = slots[slot + S.EVENT]!;
    if (!conflicts(mode, slots[slot + S.MODE]!) || covered[events[(f << E.SHIFT) + E.AGENT]!]! > f) continue;
    s.past.without = f;
    const foot = x.model.order.footIn(s.past, node, aux);
    if (foot === Foot.DISABLED && several) {
      settled = Math.max(settled, reverseSeveral(s, { agent, node, aux, prev }, f));
      continue;
    }
    if (foot === Foot.DISABLED || !x.auto.foots.conflict(foot, events[(f << E.SHIFT) + E.FOOT]!)) continue;
    settled = Math.max(settled, insertReversal(s, f, placeOf(s, d, node, foot), agent, 0, foot));
    for (let a = 0; a < agents; a++) {
      if (clock[f * agents + a]! > covered[a]!) covered[a] = clock[f * agents + a]!;
    }
  }
  return settled;
}
