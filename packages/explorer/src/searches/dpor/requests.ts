/** What a job requests from the frontier, which keeps its prefix. */

import { E } from '../../execution/events.js';
import type { Request, RequestStep } from './pieces.js';
import { markNeeded } from './sequence.js';
import { type DporState, Mark } from './state.js';

/**
 * The sequence at hand, to be explored from depth `depth`. It is sent whole, because the frontier knows of
 * more branches that it may have to wake. `wakers` are the places of the steps that wake an agent that sleeps
 * there.
 */
export function requestOf(s: DporState, depth: number, wakers: readonly number[]): Request {
  const { sequence, x } = s;
  const { events, auto } = x;
  const used = s.lastMark;
  const clear = (): void => {
    for (let v = 0; v < s.sequenceEnd; v++) sequence[v] = sequence[v]! & ~Mark.MASK;
  };
  clear();
  markNeeded(s);
  const needed = placesOf(s, (v) => (sequence[v]! & Mark.MASK) === Mark.BEFORE);
  s.lastMark = used;
  clear();
  const steps: RequestStep[] = [];
  for (let v = 0; v < s.sequenceEnd; v++) {
    const event = sequence[v]! >> Mark.SHIFT;
    const at = event << E.SHIFT;
    const after = placesOf(s, (w) => w < v && isBefore(s, sequence[w]! >> Mark.SHIFT, event));
    const foot = auto.foots.accesses(events[at + E.FOOT]!);
    steps.push([events[at + E.AGENT]!, events[at + E.CHOICE]!, foot, after, wakers.includes(v) ? 1 : 0]);
  }
  steps.push([s.lastAgent, s.lastChoice, auto.foots.accesses(s.lastFoot), needed, 0]);
  return { depth, steps };
}

function isBefore(s: DporState, earlier: number, event: number): boolean {
  const agent = s.x.events[(earlier << E.SHIFT) + E.AGENT]!;
  return s.clock[event * s.agents + agent]! > earlier;
}

/** For each agent the last place of a step of its own that is `wanted`. */
function placesOf(s: DporState, wanted: (place: number) => boolean): number[] {
  const last = new Map<number, number>();
  for (let v = 0; v < s.sequenceEnd; v++) {
    if (wanted(v)) last.set(s.x.events[((s.sequence[v]! >> Mark.SHIFT) << E.SHIFT) + E.AGENT]!, v);
  }
  return [...last.values()];
}
