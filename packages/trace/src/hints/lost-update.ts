import { agentName, gained, wordsOf } from '../labels.js';
import type { TraceEvent, TraceV1 } from '../schema.js';
import { overwritesOf } from './read-modify-write.js';
import { type HintRule, isHardware, isPlainStore, step } from './rule.js';

function whoChanged(trace: TraceV1, event: TraceEvent): string {
  const name = agentName(trace, event.agent);
  return isHardware(trace, event) ? `the hardware (${name})` : name;
}

/** Words that say something to a reader, unlike half an entry in hexadecimal. */
const telling = (word: string) => !/^0x/.test(word);

/** What somebody put into a word between another agent's look and its store is gone. */
export const lostUpdate: HintRule = (trace) =>
  overwritesOf(trace).flatMap(({ cell, look, change, store }) => {
    const put = gained(change.access.before, change.access.after);
    const kept = new Set(wordsOf(store.access.after));
    const lost = put.filter((word) => telling(word) && !kept.has(word));
    if (lost.length === 0) return [];
    const seen = gained(change.access.after, change.access.before).filter(telling);
    const as = seen.length > 0 ? ` as ${seen.join(' ')}` : '';
    const how = isPlainStore(store.event) ? ' with a plain store' : '';
    return [
      `${step(look.event)} read ${cell}${as}, ${step(store.event)} overwrote it${how}; in between, ` +
        `${step(change.event)}: ${whoChanged(trace, change.event)} made it ${lost.join(' ')}`,
    ];
  });
