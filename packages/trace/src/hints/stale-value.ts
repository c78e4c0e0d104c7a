import { isZero, without, wordsOf } from '../typed.js';
import { overwritesOf } from './read-modify-write.js';
import { type HintRule, step, stepBy } from './rule.js';

/** A store brought back what another agent had removed, because its value was computed before. */
export const staleValue: HintRule = (trace) =>
  overwritesOf(trace).flatMap(({ cell, look, latest, store }) => {
    const { was, now, before, after } = latest.access;
    const removed = without(wordsOf(trace, was, before), wordsOf(trace, now, after));
    const stored = wordsOf(trace, store.access.now, store.access.after);
    const back = removed.filter((word) => stored.includes(word));
    if (back.length === 0) return [];
    const did = isZero(now) ? 'cleared it' : `removed ${back.join(' ')}`;
    return [
      `the value stored into ${cell} at ${step(store.event)} was computed at ${step(look.event)} and was ` +
        `stale: ${stepBy(trace, latest.event)} had ${did} in between`,
    ];
  });
