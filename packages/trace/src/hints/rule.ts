/**
 * What hint rules share.
 */
import { agentName } from '../labels.js';
import type { TraceAccess, TraceEvent, TraceV1 } from '../schema.js';

/** Looks at an execution and says what probably went wrong: zero, one or a few sentences. */
export type HintRule = (trace: TraceV1) => readonly string[];

/** A step that touched a word, with what it did to it. */
export interface Touch {
  readonly event: TraceEvent;
  readonly access: TraceAccess;
}

/** Every touch of a word, in order. */
export function touchesOf(trace: TraceV1, cell: string): Touch[] {
  return trace.events.flatMap((event) =>
    event.cells.filter((access) => access.cell === cell).map((access) => ({ event, access })),
  );
}

/** Names of the words that are touched, bookkeeping left out. */
export function touchedCells(trace: TraceV1): string[] {
  const ghosts = new Set(trace.cells.filter((cell) => cell.ghost === true).map((cell) => cell.name));
  const names = trace.events.flatMap((event) => event.cells.map((access) => access.cell));
  return [...new Set(names)].filter((name) => !ghosts.has(name));
}

/** `step 4`. */
export const step = (event: TraceEvent): string => `step ${event.index + 1}`;

/** `step 4 (zap)`. */
export const stepBy = (trace: TraceV1, event: TraceEvent): string =>
  `${step(event)} (${agentName(trace, event.agent)})`;

/** A store that does not look at what it replaces. Where observers watch, it is recorded as an atomic step. */
export const isPlainStore = (event: TraceEvent): boolean =>
  event.kind === 'write' || event.kind === 'flush' || (event.kind === 'atomic' && event.text.startsWith('='));

/** True if the step itself is the hardware's, whichever agent made the access. */
export const isHardware = (trace: TraceV1, event: TraceEvent): boolean => {
  const role = trace.agents.find((agent) => agent.id === event.agent)?.role ?? '';
  return /\b(hw|hardware|walk(er)?)\b/i.test(`${role} ${event.label} ${event.text}`);
};
