import { agentName, gained, wordsOf } from '../labels.js';
import type { TraceV1 } from '../schema.js';
import { overwritesOf } from './read-modify-write.js';
import { type HintRule, isPlainStore, step } from './rule.js';

function whoChanged(trace: TraceV1, id: number): string {
  const role = trace.agents.find((agent) => agent.id === id)?.role ?? '';
  const name = agentName(trace, id);
  return /walker|hardware/i.test(role) || /walker|mmu|hardware/i.test(name) ? `the hardware (${name})` : name;
}

/** What somebody put into a word between another agent's look and its store is gone. */
export const lostUpdate: HintRule = (trace) =>
  overwritesOf(trace, trace.fault?.code === 'DIRTY').flatMap(({ cell, look, change, store }) => {
    const put = gained(change.access.before, change.access.after);
    const kept = new Set(wordsOf(store.access.after));
    const lost = put.filter((word) => !kept.has(word));
    if (lost.length === 0) return [];
    const seen = gained(change.access.after, change.access.before);
    const as = seen.length > 0 ? ` as ${seen.join(' ')}` : '';
    const how = isPlainStore(store.event) ? ' with a plain store' : '';
    return [
      `${step(look.event)} read ${cell}${as}, ${step(store.event)} overwrote it${how}; in between, ` +
        `${step(change.event)}: ${whoChanged(trace, change.event.agent)} made it ${lost.join(' ')}`,
    ];
  });
