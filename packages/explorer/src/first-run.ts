import type { MemoryModel, Program } from '@racewalk/core/step';
import { Automata, RestartSignal } from './automaton/automata.js';
import { Kind } from './automaton/kinds.js';
import { describe, differences } from './automaton/signature.js';
import { NondeterminismError } from './errors.js';
import { E, Machine } from './memory/machine.js';
import { enabled, execute } from './memory/step.js';

/** Run on from where `m` stands to the end (or `limit` steps, or a fault), the same thread if possible. */
export function runOn(m: Machine, limit: number): void {
  let agent = m.depth > 0 ? m.events[((m.depth - 1) << E.SHIFT) + E.AGENT]! : 0;
  while (m.depth < limit && m.faultCode === '') {
    let tried = 0;
    for (; tried < m.agents && !enabled(m, agent); tried++) agent = (agent + 1) % m.agents;
    if (tried === m.agents) return;
    execute(m, agent, 0);
  }
}

/** The steps of one execution, from generators of its own. */
function oneRun(program: Program, memory: MemoryModel, limit: number): Machine {
  const auto = new Automata(program, memory);
  auto.start();
  const m = new Machine(auto);
  for (;;) {
    try {
      runOn(m, limit);
      return m;
    } catch (error) {
      if (!(error instanceof RestartSignal)) throw error;
      m.reset();
    }
  }
}

/** Run one execution twice; what differed, in words, or ''. */
export function runTwice(program: Program, memory: MemoryModel, limit: number): string {
  try {
    const first = oneRun(program, memory, limit);
    const second = oneRun(program, memory, limit);
    for (let d = 0; d < Math.max(first.depth, second.depth); d++) {
      const wrong = differenceAt(first, second, d);
      if (wrong !== '') return `run twice, step ${d} differs: ${wrong}`;
    }
    return '';
  } catch (error) {
    if (error instanceof NondeterminismError) return error.message;
    throw error;
  }
}

function differenceAt(first: Machine, second: Machine, d: number): string {
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

/** A hash of the program as far as it can be seen from outside: memory, threads, and one execution. */
export function fingerprint(program: Program, memory: MemoryModel, limit: number): string {
  const m = oneRun(program, memory, limit);
  const steps: string[] = [];
  for (let d = 0; d < m.depth; d++) {
    const e = d << E.SHIFT;
    const op = m.auto.ops[m.events[e + E.NODE]!];
    const what =
      op === undefined
        ? ''
        : `${op.kind}${describe(op)}${op.cell},${wordText(program, op.cell, op.a)},${wordText(program, op.cell, op.b)}`;
    steps.push(`${m.events[e + E.AGENT]}${what}`);
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
