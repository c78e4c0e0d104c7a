import { gained, isEmpty, wordsOf } from '../labels.js';
import { overwritesOf } from './read-modify-write.js';
import { type HintRule, step, stepBy } from './rule.js';

/** A store brought back what another agent had removed, because its value was computed before. */
export const staleValue: HintRule = (trace) =>
  overwritesOf(trace).flatMap(({ cell, look, latest, store }) => {
    const removed = gained(latest.access.after, latest.access.before);
    const stored = new Set(wordsOf(store.access.after));
    const back = removed.filter((word) => stored.has(word));
    if (back.length === 0) return [];
    const now = isEmpty(latest.access.after) ? 'cleared it' : `removed ${back.join(' ')}`;
    return [
      `the value stored into ${cell} at ${step(store.event)} was computed at ${step(look.event)} and was ` +
        `stale: ${stepBy(trace, latest.event)} had ${now} in between`,
    ];
  });
