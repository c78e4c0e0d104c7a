/** The state of every word behind a step, from the accesses of the trace. */
import type { Trace, TraceCell, TraceValue } from '@racewalk/trace';

/** A word now, and before the step. */
export interface WordState {
  readonly cell: TraceCell;
  readonly value: TraceValue | undefined;
  readonly text: string;
  readonly before: TraceValue | undefined;
  readonly beforeText: string;
  readonly changed: boolean;
  readonly touched: boolean;
  /** It has a value now that it did not begin with. */
  readonly moved: boolean;
}

/** An entry that was read, and how it stands now. */
export interface Held {
  readonly agent: number;
  readonly cell: string;
  readonly step: number;
  readonly value: TraceValue;
}

/** A store that no other CPU sees yet. */
export interface BufferedStore {
  readonly agent: number;
  readonly step: number;
  readonly label: string;
  readonly text: string;
}

/** Everything that the panel shows. */
export interface MachineState {
  readonly words: readonly WordState[];
  readonly held: readonly Held[];
  readonly buffered: readonly BufferedStore[];
}

interface Known {
  value: TraceValue | undefined;
  text: string;
}

/** The state after the step `at`; -1 is the start. */
export function stateAt(trace: Trace, at: number): MachineState {
  const now = new Map<string, Known>(trace.cells.map((c) => [c.name, { value: c.value, text: c.initial }]));
  const before = new Map<string, Known>();
  const held = new Map<string, Held>();
  const kernel = new Set(trace.agents.filter(({ role }) => role === 'kernel').map(({ id }) => id));
  const entries = new Set(trace.cells.filter(({ role }) => role.is === 'entry').map(({ name }) => name));
  for (const event of trace.events.slice(0, at + 1)) {
    for (const { cell, now: value, after: text, was, seen, from, before: beforeText } of event.cells) {
      if (event.index === at) before.set(cell, { value: was, text: beforeText });
      now.set(cell, { value, text });
      if (!entries.has(cell) || !kernel.has(event.agent)) continue;
      const key = `${event.agent} ${cell}`;
      const read = seen ?? was;
      // What it changed itself it does not hold against memory.
      if (value !== was) held.delete(key);
      else if (from !== undefined && read !== undefined && event.flusher !== true) {
        held.set(key, { agent: event.agent, cell, step: event.index, value: read });
      }
    }
  }
  const words = trace.cells.flatMap((cell): WordState[] => {
    if (cell.ghost === true) return [];
    const { value, text } = now.get(cell.name) ?? { value: cell.value, text: cell.initial };
    const old = before.get(cell.name);
    const was = old ?? { value, text };
    const changed = was.value !== value || was.text !== text;
    const moved = text !== cell.initial;
    return [
      {
        cell,
        value,
        text,
        before: was.value,
        beforeText: was.text,
        changed,
        touched: old !== undefined,
        moved,
      },
    ];
  });
  const buffered = trace.events.slice(0, at + 1).flatMap((event): BufferedStore[] => {
    if (event.kind !== 'write' || event.flusher === true || trace.memory === 'sc') return [];
    const flush = trace.events.find(({ of }) => of === event.index);
    const gone = flush === undefined ? event.cells.some(({ was, now: v }) => was !== v) : flush.index <= at;
    if (gone) return [];
    return [{ agent: event.agent, step: event.index, label: event.label, text: flush?.text ?? '' }];
  });
  return { words, held: [...held.values()], buffered };
}

/** The translations that a word of a TLB stands for; a trace writes several as `0x…|0x…`. */
export const translations = (value: string): readonly string[] => value.split('|');

/** The value of a field of an entry, as a number; wide ones lose nothing, they are at most 52 bits. */
export function fieldOf(value: string, lo: number, hi: number): bigint {
  return (BigInt(value) >> BigInt(lo)) & ((1n << BigInt(hi - lo + 1)) - 1n);
}

/** Both halves of an entry that is reached in two accesses. */
export const joined = (low: string, high: string): string =>
  `0x${((BigInt(high) << 32n) | BigInt(low)).toString(16).padStart(16, '0')}`;
