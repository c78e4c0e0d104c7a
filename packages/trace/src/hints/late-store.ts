import { changed } from '../typed.js';
import { type HintRule, step, stepBy, touchesOf } from './rule.js';

/** A store was still in its store buffer when another agent read the word. */
export const lateStore: HintRule = (trace) =>
  trace.events.flatMap((flush) => {
    const access = flush.kind === 'flush' && flush.does === 'store' ? flush.cells.find(changed) : undefined;
    const store = flush.of === undefined ? undefined : trace.events[flush.of];
    if (!access || !store) return [];
    const reader = touchesOf(trace, access.cell).find(
      ({ event }) => event.agent !== flush.agent && event.index > store.index && event.index < flush.index,
    );
    if (!reader) return [];
    return [
      `${stepBy(trace, reader.event)} saw ${access.cell} before the store of ${step(store)} left the store ` +
        `buffer at ${step(flush)}`,
    ];
  });
