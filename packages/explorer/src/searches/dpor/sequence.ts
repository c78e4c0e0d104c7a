/**
 * The sequence that reverses a race: every event that does not happen after the earlier one (or one of several, see
 * `several.ts`), then the later one. Its events are looked for only as far as they are needed.
 */
import { E } from '../../execution/events.js';
import { type DporState, Mark } from './state.js';

/** Find one more event of the sequence; false if it has no more. */
export function extend(s: DporState): boolean {
  const { clock, agents, reversed, past } = s;
  const { events, depth } = s.x;
  const several = past.also.length > 0;
  const column = events[(reversed << E.SHIFT) + E.AGENT]!;
  for (let i = s.unseen; i < depth; i++) {
    if (clock[i * agents + column]! > reversed || (several && !past.keeps(i))) continue;
    s.sequence[s.sequenceEnd++] = i << Mark.SHIFT;
    s.unseen = i + 1;
    return true;
  }
  s.unseen = depth;
  return false;
}

/** Mark the steps that must come before the reversed step. */
export function markNeeded(s: DporState): void {
  while (extend(s));
  const { sequence, sequenceEnd, lastAgent, x } = s;
  const { events } = x;
  const cause = s.later < x.depth ? x.model.order.cause(s.later) : -1;
  s.lastMark = Mark.BEFORE;
  for (let v = sequenceEnd - 1; v >= 0; v--) {
    if ((sequence[v]! & Mark.MASK) === Mark.USED_UP) continue;
    const i = sequence[v]! >> Mark.SHIFT;
    const wanted =
      events[(i << E.SHIFT) + E.AGENT] === lastAgent ||
      i === cause ||
      x.auto.foots.conflict(s.lastFoot, events[(i << E.SHIFT) + E.FOOT]!) ||
      comesBefore(s, v, Mark.BEFORE);
    if (wanted) sequence[v] = (i << Mark.SHIFT) | Mark.BEFORE;
  }
}

/** Whether one of the later steps marked `mark` happens after the one at `v`. */
export function comesBefore(s: DporState, v: number, mark: number): boolean {
  const { sequence, sequenceEnd, clock, agents } = s;
  const event = sequence[v]! >> Mark.SHIFT;
  const agent = s.x.events[(event << E.SHIFT) + E.AGENT]!;
  for (let w = v + 1; w < sequenceEnd; w++) {
    const entry = sequence[w]!;
    if ((entry & Mark.MASK) === mark && clock[(entry >> Mark.SHIFT) * agents + agent]! > event) return true;
  }
  return false;
}
