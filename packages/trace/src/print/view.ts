/**
 * What every printer says about a trace, before it decides how.
 */
import { foldEvents, type Row, type RowLine } from '../fold.js';
import { type Holed, pierce, rangeText, strideOf } from '../holes.js';
import { ghostsOf } from '../outcome.js';
import type { Trace } from '../schema.js';
import { accessTo, roleIn } from '../typed.js';
import { line, plural } from './text.js';

/** One column. */
export interface Column {
  readonly id: number;
  readonly name: string;
  readonly title: string;
  readonly cpu: number | undefined;
}

/** A trace, ready to be laid out. All texts are single printable lines. */
export interface View {
  /** Agents that take a step, in the order of the trace; with `all`, every agent. */
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** `execution 7 · shrunk 19 → 8 steps, 2 preemptions`. */
  readonly stats: string;
  /** `folio clean, pte[0..3] none`; empty if there is nothing to say. */
  readonly end: string;
  /** `CODE: message`, or a sentence that nothing broke. */
  readonly verdict: string;
  /** True if the fault shows only in the final state. */
  readonly faultAtEnd: boolean;
}

function columnsOf(trace: Trace, all: boolean): Column[] {
  const acting = new Set(trace.events.map((event) => event.agent));
  const known = trace.agents.filter((agent) => all || acting.has(agent.id));
  for (const agent of trace.agents) acting.delete(agent.id);
  return [
    ...known.map((a) => ({ id: a.id, name: line(a.name), title: line(a.title || a.name), cpu: a.cpu })),
    ...[...acting].map((id) => ({ id, name: `agent ${id}`, title: `agent ${id}`, cpu: undefined })),
  ];
}

function statsOf(trace: Trace): string {
  const { executions, shrunkFrom, steps, preemptions } = trace.stats;
  const parts = executions === undefined ? [] : [`execution ${line(executions)}`];
  const length =
    shrunkFrom !== undefined && shrunkFrom !== steps
      ? `shrunk ${line(shrunkFrom)} → ${plural(steps, 'step')}`
      : plural(steps, 'step');
  parts.push(`${length}, ${plural(preemptions, 'preemption')}`);
  const params = Object.entries(trace.params).map(([name, value]) => `${name} ${value}`);
  if (params.length > 0) parts.push(params.join(', '));
  return line(parts.join(' · '));
}

/**
 * Locks that are free again are no news, nor are entries of a table that nobody touched. A single word such
 * as `folio` always is: that it did not change may be the whole point.
 */
function isNews(trace: Trace, cell: string, text: string): boolean {
  const initial = trace.cells.find((c) => c.name === cell)?.initial;
  if (initial !== text) return true;
  const kinds = trace.events.filter((event) => accessTo(event, cell)).map((event) => event.kind);
  if (kinds.length === 0) return !('index' in roleIn(trace, cell));
  return !kinds.every((kind) => kind === 'lock' || kind === 'unlock' || kind === 'trylock');
}

/** Words at the end, entries of a table with the same value as one. */
function endOf(trace: Trace, all: boolean): string {
  const ghosts = ghostsOf(trace);
  const runs: { first: Holed; last: Holed; move: string }[] = [];
  for (const { cell, text } of trace.final) {
    if (!all && (ghosts.has(cell) || !isNews(trace, cell, text))) continue;
    const next = pierce(line(`${cell} ${text}`));
    const run = runs.at(-1);
    const move = run ? strideOf(run.last, next) : null;
    if (run && move?.includes(1) && (run.move === '' || run.move === String(move))) {
      run.last = next;
      run.move = String(move);
    } else {
      runs.push({ first: next, last: next, move: '' });
    }
  }
  return runs.map(({ first, last }) => rangeText(first, last).trim()).join(', ');
}

/** Reads a trace once for a printer. */
export function viewOf(trace: Trace, all: boolean): View {
  const fault = trace.fault;
  return {
    columns: columnsOf(trace, all),
    rows: foldEvents(trace, all),
    stats: statsOf(trace),
    end: endOf(trace, all),
    verdict: fault ? line(`${fault.code}: ${fault.message}`) : 'no invariant broke in this execution',
    faultAtEnd: fault !== null && fault.step === null,
  };
}

/** Steps that reach TLBs stand out. */
const invalidates = ({ does }: RowLine) => does === 'issue' || does === 'invalidate';

/**
 * What a row says about one of its steps.
 *
 * @param arrows - mark steps that reach TLBs
 */
export function lineOf(row: Row, part: RowLine, arrows = true): string {
  const from = row.flusher ? ' (from store buffer)' : '';
  return line(
    `${arrows && invalidates(part) ? '⇒ ' : ''}${part.label}${from}${part.text ? `  ${part.text}` : ''}`,
  );
}

/** The lines of a row, the body of a loop indented. */
export function linesOf(row: Row): string[] {
  const lines = row.lines.map((part) => lineOf(row, part));
  return row.loop ? [`${row.loop}:`, ...lines.map((text) => `  ${text}`)] : lines;
}
