/**
 * The sequence that reverses a race: everything that does not happen after the earlier event, found as far as
 * anybody asks, then the later one.
 */
import { E } from '../memory/machine.js';
import { type DporState, Mark } from './state.js';

/** Find one more event of the sequence; false if there is none. */
export function extend(s: DporState): boolean {
  const { clock, agents, reversed } = s;
  const { events, depth } = s.m;
  const column = events[(reversed << E.SHIFT) + E.AGENT]!;
  for (let i = s.unseen; i < depth; i++) {
    if (clock[i * agents + column]! > reversed) continue;
    s.sequence[s.sequenceEnd++] = i << Mark.SHIFT;
    s.unseen = i + 1;
    return true;
  }
  s.unseen = depth;
  return false;
}

/** Mark what has to come before the reversed step. */
export function markNeeded(s: DporState): void {
  while (extend(s));
  const { sequence, sequenceEnd, lastAgent, m } = s;
  const { events } = m;
  const issue = lastAgent < m.threads ? -1 : issuing(s, s.later, lastAgent - m.threads);
  s.lastMark = Mark.BEFORE;
  for (let v = sequenceEnd - 1; v >= 0; v--) {
    if ((sequence[v]! & Mark.MASK) === Mark.USED_UP) continue;
    const i = sequence[v]! >> Mark.SHIFT;
    const wanted =
      events[(i << E.SHIFT) + E.AGENT] === lastAgent ||
      i === issue ||
      m.auto.foots.conflict(s.lastFoot, events[(i << E.SHIFT) + E.FOOT]!) ||
      comesBefore(s, v, Mark.BEFORE);
    if (wanted) sequence[v] = (i << Mark.SHIFT) | Mark.BEFORE;
  }
}

/** TSO: the event that issued the store which leaves its buffer in event `flush`. */
function issuing(s: DporState, flush: number, thread: number): number {
  const { m } = s;
  return m.buffers!.event[m.events[(flush << E.SHIFT) + E.AUX]! * m.threads + thread]!;
}

/** Whether one of the later steps marked `mark` happens after the one at `v`. */
export function comesBefore(s: DporState, v: number, mark: number): boolean {
  const { sequence, sequenceEnd, clock, agents } = s;
  const event = sequence[v]! >> Mark.SHIFT;
  const agent = s.m.events[(event << E.SHIFT) + E.AGENT]!;
  for (let w = v + 1; w < sequenceEnd; w++) {
    const entry = sequence[w]!;
    if ((entry & Mark.MASK) === mark && clock[(entry >> Mark.SHIFT) * agents + agent]! > event) return true;
  }
  return false;
}
