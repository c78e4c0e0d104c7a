/**
 * What hint rules share.
 */

import type { Trace, TraceAccess, TraceEvent } from '../schema.js';
import { agentName } from '../typed.js';

/** Looks at an execution and says what probably went wrong: zero, one or a few sentences. */
export type HintRule = (trace: Trace) => readonly string[];

/** A step that touched a word, with what it did to it. */
export interface Touch {
  readonly event: TraceEvent;
  readonly access: TraceAccess;
}

/** Every touch of a word, in order. */
export function touchesOf(trace: Trace, cell: string): Touch[] {
  return trace.events.flatMap((event) =>
    event.cells.filter((access) => access.cell === cell).map((access) => ({ event, access })),
  );
}

/** Names of the words that are touched, bookkeeping left out. */
export function touchedCells(trace: Trace): string[] {
  const ghosts = new Set(trace.cells.filter((cell) => cell.ghost === true).map((cell) => cell.name));
  const names = trace.events.flatMap((event) => event.cells.map((access) => access.cell));
  return [...new Set(names)].filter((name) => !ghosts.has(name));
}

/** `step 4`. */
export const step = (event: TraceEvent): string => `step ${event.index + 1}`;

/** `step 4 (zap)`. */
export const stepBy = (trace: Trace, event: TraceEvent): string =>
  `${step(event)} (${agentName(trace, event.agent)})`;

/** A store that does not look at what it replaces. */
export const isPlainStore = (event: TraceEvent): boolean => event.does === 'store';

/** True if the step itself is the hardware's, whichever agent made the access. */
export const isHardware = (trace: Trace, event: TraceEvent): boolean =>
  event.does === 'walk' ||
  event.does === 'evict' ||
  trace.agents.some((agent) => agent.id === event.agent && agent.role === 'walker');
