import { accessTo } from '../typed.js';
import { type HintRule, stepBy, touchesOf } from './rule.js';

/** A frame or a table page was freed and reached afterwards. */
export const useAfterFree: HintRule = (trace) =>
  trace.events.flatMap((freed) => {
    if (freed.does !== 'free') return [];
    return freed.on.flatMap((cell) => {
      const later = touchesOf(trace, cell).filter(({ event }) => event.index > freed.index);
      const use = later.find(({ event }) => event.agent !== freed.agent && event.does !== 'wait');
      // A frame that has changed since it was freed has been allocated anew.
      if (!use || use.access.was !== accessTo(freed, cell)?.now) return [];
      return [
        `${stepBy(trace, freed)} freed ${cell}; ${stepBy(trace, use.event)} could still reach it: ` +
          `${use.event.label}`,
      ];
    });
  });
