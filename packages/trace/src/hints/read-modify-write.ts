/**
 * An agent looked at a word, somebody else changed it, and the agent stored over the change.
 */

import type { Trace } from '../schema.js';
import { changed } from '../typed.js';
import { isPlainStore, type Touch, touchedCells, touchesOf } from './rule.js';

/** The three steps of a broken read-modify-write. */
export interface Overwrite {
  readonly cell: string;
  /** The last look of the agent that stores. */
  readonly look: Touch;
  /** The first change by another agent after it. */
  readonly change: Touch;
  /** The last change by another agent before the store. */
  readonly latest: Touch;
  readonly store: Touch;
}

function overwriteAt(cell: string, touches: readonly Touch[], at: number): Overwrite[] {
  const store = touches[at]!;
  const mine = (touch: Touch) => touch.event.agent === store.event.agent;
  const look = touches.slice(0, at).findLast((touch) => mine(touch) && !isPlainStore(touch.event));
  if (!look) return [];
  const between = touches.filter(
    (touch) =>
      touch.event.index > look.event.index &&
      touch.event.index < store.event.index &&
      !mine(touch) &&
      changed(touch.access),
  );
  const change = between[0];
  const latest = between.at(-1);
  return change && latest ? [{ cell, look, change, latest, store }] : [];
}

/** Every overwrite of the execution. */
export function overwritesOf(trace: Trace): Overwrite[] {
  return touchedCells(trace).flatMap((cell) => {
    const touches = touchesOf(trace, cell);
    return touches.flatMap(({ event, access }, at) =>
      isPlainStore(event) && changed(access) ? overwriteAt(cell, touches, at) : [],
    );
  });
}
