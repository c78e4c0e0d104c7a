import { changed, roleIn } from '../typed.js';
import { type HintRule, stepBy, touchedCells, touchesOf } from './rule.js';

/** Two halves of an entry were read, and somebody stored between. */
export const tornRead: HintRule = (trace) => {
  if (trace.fault?.code !== 'TORN') return [];
  const words = new Map<string, string[]>();
  for (const cell of touchedCells(trace)) {
    const role = roleIn(trace, cell);
    if (role.is !== 'entry' || role.half === undefined) continue;
    const whole = `${role.table}[${role.index}]`;
    words.set(whole, [...(words.get(whole) ?? []), cell]);
  }
  return [...words].flatMap(([whole, halves]) => {
    const touches = halves
      .flatMap((cell) => touchesOf(trace, cell))
      .sort((a, b) => a.event.index - b.event.index);
    return touches.flatMap((second, at) => {
      if (changed(second.access)) return [];
      const { agent } = second.event;
      const first = touches.slice(0, at).findLast((touch) => touch.event.agent === agent);
      if (!first || changed(first.access) || first.access.cell === second.access.cell) return [];
      const store = touches.find(
        ({ event, access }) =>
          event.agent !== agent &&
          changed(access) &&
          event.index > first.event.index &&
          event.index < second.event.index,
      );
      if (!store) return [];
      return [
        `${stepBy(trace, first.event)} and step ${second.event.index + 1} read the halves of ${whole}; ` +
          `${stepBy(trace, store.event)} stored in between`,
      ];
    });
  });
};
