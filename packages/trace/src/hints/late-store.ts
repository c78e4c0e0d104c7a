import { changed } from '../labels.js';
import { type HintRule, step, stepBy, touchesOf } from './rule.js';

/** A store was still in its store buffer when another agent read the word. */
export const lateStore: HintRule = (trace) =>
  trace.events.flatMap((flush) => {
    const access = flush.kind === 'flush' ? flush.cells.find(changed) : undefined;
    if (!access) return [];
    const touches = touchesOf(trace, access.cell).map(({ event }) => event);
    // Stores leave the buffer in order, so the k-th flush of a word belongs to the k-th store to it.
    const own = touches.filter((event) => event.agent === flush.agent);
    const flushes = own.filter((event) => event.kind === 'flush');
    const store = own.filter((event) => event.kind === 'write')[flushes.indexOf(flush)];
    if (!store) return [];
    const reader = touches.find(
      (event) => event.agent !== flush.agent && event.index > store.index && event.index < flush.index,
    );
    if (!reader) return [];
    return [
      `${stepBy(trace, reader)} saw ${access.cell} before the store of ${step(store)} left the store ` +
        `buffer at ${step(flush)}`,
    ];
  });
