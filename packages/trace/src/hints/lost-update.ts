import type { Trace, TraceEvent } from '../schema.js';
import { agentName, factsOf, roleIn, without } from '../typed.js';
import { overwritesOf } from './read-modify-write.js';
import { type HintRule, isHardware, isPlainStore, step } from './rule.js';

function whoChanged(trace: Trace, event: TraceEvent): string {
  const name = agentName(trace, event.agent);
  return isHardware(trace, event) ? `the hardware (${name})` : name;
}

/** Half an entry says nothing to a reader. */
function isHalf(trace: Trace, cell: string): boolean {
  const role = roleIn(trace, cell);
  return role.is === 'entry' && role.half !== undefined;
}

/** What somebody put into a word between another agent's look and its store is gone. */
export const lostUpdate: HintRule = (trace) =>
  overwritesOf(trace).flatMap(({ cell, look, change, store }) => {
    if (isHalf(trace, cell)) return [];
    const { was, now, before, after } = change.access;
    const [had, has] = [factsOf(trace, was, before), factsOf(trace, now, after)];
    const kept = factsOf(trace, store.access.now, store.access.after);
    const lost = without(without(has, had), kept);
    if (lost.length === 0) return [];
    const seen = without(had, has);
    const as = seen.length > 0 ? ` as ${seen.join(' ')}` : '';
    const how = isPlainStore(store.event) ? ' with a plain store' : '';
    return [
      `${step(look.event)} read ${cell}${as}, ${step(store.event)} overwrote it${how}; in between, ` +
        `${step(change.event)}: ${whoChanged(trace, change.event)} made it ${lost.join(' ')}`,
    ];
  });
