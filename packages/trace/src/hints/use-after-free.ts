import { changed, wordsOf } from '../labels.js';
import { type HintRule, stepBy, touchedCells, touchesOf } from './rule.js';

const isFree = (text: string) => wordsOf(text).some((word) => word === 'free' || word === 'freed');

/** A frame or a table page was freed and reached afterwards. */
export const useAfterFree: HintRule = (trace) =>
  touchedCells(trace).flatMap((cell) => {
    const touches = touchesOf(trace, cell);
    const at = touches.findIndex(
      ({ access }) => changed(access) && isFree(access.after) && !isFree(access.before),
    );
    const freed = touches[at];
    if (!freed) return [];
    const use = touches.slice(at + 1).find(({ event }) => event.agent !== freed.event.agent);
    if (!use || !isFree(use.access.before)) return [];
    return [
      `${stepBy(trace, freed.event)} freed ${cell}; ${stepBy(trace, use.event)} could still reach it: ` +
        `${use.event.label}`,
    ];
  });
