/**
 * The steps of a recording as events of a trace, and its words as cells.
 */

import { type Cell, OpKind, type Program, type Word } from '@racewalk/core/step';
import type { Recording, StepRecord } from '@racewalk/explorer';
import { initialMemory } from '@racewalk/machine';
import {
  EVENT_KINDS,
  type TraceAccess,
  type TraceCell,
  type TraceDrop,
  type TraceEntry,
  type TraceEvent,
  type TracePlace,
} from '@racewalk/trace';
import { sourcePlace } from './source-places.js';
import { type Sources, SourceTracker } from './trace-sources.js';
import type { TraceWords } from './trace-words.js';

/** The steps of a recording as events, in one pass over memory. */
export function eventsOf(
  program: Program,
  tso: boolean,
  { steps }: Recording,
  words: TraceWords,
): TraceEvent[] {
  const sources = new SourceTracker(tso, (c) => words.role(c));
  const memory = initialMemory(program.cells);
  const events: TraceEvent[] = [];
  for (const step of steps) {
    const before = memory.slice();
    step.cells.forEach((c, i) => {
      memory[c] = step.after[i] ?? 0;
    });
    const from = sources.next(step);
    // A store that leaves its buffer stands where it was made: nobody announces it.
    const made = from.of === undefined ? undefined : events[from.of]?.at;
    events.push(eventOf(program, step, words, from, words.entries(step, before, memory), made));
  }
  return events;
}

function accessOf(
  program: Program,
  step: StepRecord,
  words: TraceWords,
  sources: Sources,
  i: number,
): TraceAccess {
  const cell = step.cells[i] ?? -1;
  const [before, after] = [step.before[i] ?? 0, step.after[i] ?? 0];
  const [was, now, from] = [words.value(cell, before), words.value(cell, after), sources.from[i]];
  const seen = sources.forwarded && step.kind === OpKind.READ ? words.value(cell, step.result) : undefined;
  return {
    cell: nameOf(program, cell),
    before: textOf(program, cell, before),
    after: textOf(program, cell, after),
    ...(was === undefined ? {} : { was }),
    ...(now === undefined ? {} : { now }),
    ...(from === undefined ? {} : { from }),
    ...(seen === undefined ? {} : { seen }),
  };
}

function eventOf(
  program: Program,
  step: StepRecord,
  words: TraceWords,
  sources: Sources,
  entries: readonly TraceEntry[],
  made: TracePlace | undefined,
): TraceEvent {
  const kind = step.flusher ? 'flush' : (EVENT_KINDS[step.kind] ?? 'atomic');
  const { op, does, on } = step.effect;
  const at = step.effect.at ?? sourcePlace(step.stack) ?? made;
  const cells = step.cells.map((_, i) => accessOf(program, step, words, sources, i));
  const drops = sources.dropped.map(({ at, filledBy }): TraceDrop => {
    const { cell, was = 0 } = cells[at] ?? { cell: '' };
    return { cell, was, filledBy };
  });
  return {
    index: step.index,
    agent: step.thread,
    ...(step.flusher ? { flusher: true } : {}),
    ...(sources.of === undefined ? {} : { of: sources.of }),
    kind,
    op,
    does,
    on: on.map((cell) => nameOf(program, cell)),
    label: step.label,
    text: step.text,
    cells,
    ...(entries.length === 0 ? {} : { entries }),
    ...(drops.length === 0 ? {} : { drops }),
    ...(sources.completes.length === 0 ? {} : { completes: sources.completes }),
    ...(kind === 'choose' ? { choice: step.result } : {}),
    ...(at === undefined ? {} : { at }),
  };
}

const nameOf = (program: Program, cell: Cell): string => program.cells[cell]?.name ?? `cell ${cell}`;

const textOf = (program: Program, cell: Cell, word: Word): string =>
  (program.cells[cell]?.show ?? String)(word);

/** Every word of the program. */
export function cellsOf(program: Program, words: TraceWords): TraceCell[] {
  return program.cells.map(({ name, initial, show, ghost }, cell) => {
    const value = words.value(cell, initial);
    return {
      name,
      role: words.role(cell),
      initial: (show ?? String)(initial),
      ...(value === undefined ? {} : { value }),
      ...(ghost === true ? { ghost } : {}),
    };
  });
}
