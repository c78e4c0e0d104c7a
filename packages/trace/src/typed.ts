/**
 * Questions to the typed data of a trace. Hints and printers ask these; none reads a text.
 */
import type { WordRole } from '@racewalk/core/step';
import type { Trace, TraceAccess, TraceEvent } from './schema.js';
import type { TraceValue } from './values.js';

/** What a word is; any word if the trace does not know it. */
export function roleIn(trace: Trace, cell: string): WordRole {
  return trace.cells.find((c) => c.name === cell)?.role ?? { is: 'word' };
}

/** True if the step changed this word. */
export function changed({ was, now, before, after }: TraceAccess): boolean {
  return was === undefined && now === undefined ? before !== after : was !== now;
}

/** True for the value of an empty word: no entry, no translation, nobody holds the lock, nothing counted. */
export const isZero = (value: TraceValue | undefined): boolean =>
  typeof value === 'string' ? /^0x0+$/.test(value) : value === 0;

/** What a value says, a word a fact, without the frame it leads to. A value that is no entry is one fact. */
export function factsOf(trace: Trace, value: TraceValue | undefined, text: string): readonly string[] {
  return typeof value === 'string' && trace.words[value] !== undefined ? trace.words[value].facts : [text];
}

/** The same, with the frame in front. */
export function wordsOf(trace: Trace, value: TraceValue | undefined, text: string): readonly string[] {
  const pfn = typeof value === 'string' ? trace.words[value]?.pfn : undefined;
  const facts = factsOf(trace, value, text);
  return pfn === undefined ? facts : [`0x${pfn.toString(16)}`, ...facts];
}

/** What `to` has and `from` has not. */
export const without = (to: readonly string[], from: readonly string[]): string[] =>
  to.filter((word) => !from.includes(word));

/** True for the value of an entry that the hardware would translate through. */
export const isLive = (trace: Trace, value: TraceValue | undefined): boolean =>
  typeof value === 'string' && trace.words[value]?.live === true;

/** What a step did to a word, if it touched it. */
export function accessTo(event: TraceEvent, cell: string): TraceAccess | undefined {
  return event.cells.find((access) => access.cell === cell);
}

/** The short name of an agent, also of one that was never declared. */
export function agentName(trace: Trace, id: number): string {
  return trace.agents.find((agent) => agent.id === id)?.name ?? `agent ${id}`;
}
