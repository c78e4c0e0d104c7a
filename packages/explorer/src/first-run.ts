import type { MemoryModelName, Program } from '@racewalk/core/step';
import { isHiddenState } from './errors.js';
import { E } from './execution/events.js';
import type { Execution } from './execution/execution.js';
import { executionOf } from './models/table.js';
import { Automata, RestartSignal } from './program/automata.js';
import { Kind } from './program/kinds.js';
import { describe, differences } from './program/signature.js';

/** Continue `x` to the end (or `limit` steps, or a fault), with the same thread as long as possible. */
export function runOn(x: Execution, limit: number): void {
  let agent = x.depth > 0 ? x.events[((x.depth - 1) << E.SHIFT) + E.AGENT]! : 0;
  while (x.depth < limit && x.faultCode === '') {
    let tried = 0;
    for (; tried < x.agents && !x.enabled(agent); tried++) agent = (agent + 1) % x.agents;
    if (tried === x.agents) return;
    x.execute(agent, 0);
  }
}

/** The steps of one execution; `auto` are automata that nothing has been asked of. */
function oneRun(auto: Automata, limit: number): Execution {
  auto.start();
  const x = executionOf(auto);
  for (;;) {
    try {
      runOn(x, limit);
      return x;
    } catch (error) {
      if (!(error instanceof RestartSignal)) throw error;
      x.reset();
    }
  }
}

/** Run one execution twice, once with `auto` and once with generators of its own; what differed, in words, or ''. */
export function runTwice(auto: Automata, limit: number): string {
  try {
    const first = oneRun(auto, limit);
    const second = oneRun(new Automata(auto.program, auto.memory), limit);
    for (let d = 0; d < Math.max(first.depth, second.depth); d++) {
      const wrong = differenceAt(first, second, d);
      if (wrong !== '') return `run twice, step ${d} differs: ${wrong}`;
    }
    return '';
  } catch (error) {
    if (isHiddenState(error)) return error.message;
    throw error;
  }
}

function differenceAt(first: Execution, second: Execution, d: number): string {
  if (d >= first.depth || d >= second.depth) return 'one of the runs has ended';
  const e = d << E.SHIFT;
  const agent = first.events[e + E.AGENT]!;
  if (agent !== second.events[e + E.AGENT]) return 'another thread can go on';
  const [a, b] = [first.events[e + E.NODE]!, second.events[e + E.NODE]!];
  if (a < 0 || b < 0) return '';
  const wrong = differences(first.auto.ops[a]!, second.auto.ops[b]!);
  return wrong === '' ? '' : `${first.program.threads[agent]!.name}: ${wrong}`;
}

/** A word as the cell shows it: a word may be a number that means something in this process only. */
function wordText(program: Program, cell: number, word: number): string {
  try {
    return program.cells[cell]?.show?.(word) ?? String(word);
  } catch {
    // An operand need not be a value of its cell.
    return '';
  }
}

/** A hash of what is visible of the program from outside: memory, threads, and one execution. */
export function fingerprint(program: Program, memory: MemoryModelName, limit: number): string {
  const x = oneRun(new Automata(program, memory), limit);
  const steps: string[] = [];
  for (let d = 0; d < x.depth; d++) {
    const e = d << E.SHIFT;
    const op = x.auto.ops[x.events[e + E.NODE]!];
    const what =
      op === undefined
        ? ''
        : `${op.kind}${describe(op)}${op.cell},${wordText(program, op.cell, op.a)},${wordText(program, op.cell, op.b)}`;
    steps.push(`${x.events[e + E.AGENT]}${what}`);
  }
  const text = JSON.stringify([
    program.name,
    memory,
    program.cells.map(({ name, initial }, cell) => [name, wordText(program, cell, initial)]),
    program.threads.map(({ name, daemon }) => [name, daemon === true]),
    program.locks ?? [],
    steps,
    Kind.THROW,
  ]);
  let low = 0x811c9dc5;
  let high = 0x9e3779b1;
  for (let i = 0; i < text.length; i++) {
    low = Math.imul(low ^ text.charCodeAt(i), 0x01000193);
    high = Math.imul(high ^ text.charCodeAt(i), 0x85ebca6b) ^ (high >>> 13);
  }
  return (low >>> 0).toString(16).padStart(8, '0') + (high >>> 0).toString(16).padStart(8, '0');
}
