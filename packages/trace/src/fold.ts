/**
 * Folds boring runs: the same operation over consecutive entries is one row, a loop body is one row.
 */
import { ghostsOf, outcomeOf } from './outcome.js';
import type { TraceEvent, TraceV1 } from './schema.js';

/** One step as a row shows it. */
export interface RowLine {
  /** For instance `ptepGet pte[0..3]`. */
  readonly label: string;
  /** For instance `→ clean`, or empty. */
  readonly text: string;
}

/** One row of a table: a step, or a run of steps of one agent that nobody interrupted. */
export interface Row {
  /** Index of the first event. */
  readonly first: number;
  /** Number of events, >= 1. */
  readonly count: number;
  readonly agent: number;
  /** A step of the agent's store buffer. */
  readonly flusher: boolean;
  /** Heading of a folded loop, for instance `for i = 0..3`; empty otherwise. */
  readonly loop: string;
  /** One line per step; for a loop, the lines of its body. */
  readonly lines: readonly RowLine[];
  /** The fault became observable here. */
  readonly fault: boolean;
}

interface Step {
  readonly agent: number;
  readonly flusher: boolean;
  readonly text: string;
  /** The label with a hole for each `[n]`. */
  readonly template: string;
  readonly at: readonly number[];
}

const INDEX = /\[(\d+)\]/g;

function stepOf(event: TraceEvent, ghosts: ReadonlySet<string>, all: boolean): Step {
  const label = event.label || `${event.kind} ${event.cells.map((access) => access.cell).join(', ')}`.trim();
  return {
    agent: event.agent,
    flusher: event.flusher === true,
    text: outcomeOf(event, ghosts, all),
    template: label.replace(INDEX, '[]'),
    at: [...label.matchAll(INDEX)].map((m) => Number(m[1])),
  };
}

function sameKind(a: Step, b: Step): boolean {
  return a.agent === b.agent && a.flusher === b.flusher && a.template === b.template && a.text === b.text;
}

/** How far each index moves from `a` to `b`; null if any leaps. */
function stride(a: Step, b: Step): number[] | null {
  const moves = a.at.map((value, i) => b.at[i]! - value);
  return moves.every((move) => Math.abs(move) <= 1) ? moves : null;
}

/** How often the `period` steps from `start` repeat, at least 1, staying below `end`. */
function repeats(steps: readonly Step[], start: number, period: number, end: number): number {
  let times = 1;
  const moves: (number[] | null)[] = [];
  for (let i = start + period; i < end; i++) {
    const before = steps[i - period]!;
    const body = (i - start) % period;
    if (!sameKind(before, steps[i]!) || before.agent !== steps[start]!.agent) break;
    const move = stride(before, steps[i]!);
    moves[body] ??= move;
    if (move === null || String(move) !== String(moves[body])) break;
    if (body === period - 1) times++;
  }
  if (period > 1 && !isLoop(moves)) return 1;
  return times;
}

/** A body of several steps is a loop if all indices that move go the same way, and one does. */
function isLoop(moves: readonly (number[] | null)[]): boolean {
  const used = new Set(moves.flatMap((move) => move ?? []).filter((move) => move !== 0));
  return used.size === 1;
}

const fill = (template: string, indices: readonly string[]): string => {
  let i = 0;
  return template.replace(/\[\]/g, () => `[${indices[i++] ?? ''}]`);
};

function rangeLine(first: Step, last: Step, times: number): RowLine {
  const ranges = first.at.map((from, i) => (from === last.at[i] ? `${from}` : `${from}..${last.at[i]}`));
  const moving = first.at.some((from, i) => from !== last.at[i]);
  const label = fill(first.template, ranges);
  return { label: times > 1 && !moving ? `${label} ×${times}` : label, text: first.text };
}

function loopRow(steps: readonly Step[], start: number, period: number, times: number) {
  const body = steps.slice(start, start + period);
  const second = steps.slice(start + period, start + 2 * period);
  const moves = (k: number, i: number) => second[k]!.at[i]! !== body[k]!.at[i]!;
  const k0 = body.findIndex((step, k) => step.at.some((_, i) => moves(k, i)));
  const i0 = body[k0]!.at.findIndex((_, i) => moves(k0, i));
  const from = body[k0]!.at[i0]!;
  const to = steps[start + (times - 1) * period + k0]!.at[i0]!;
  const lines = body.map((step, k): RowLine => {
    const names = step.at.map((value, i) => {
      if (!moves(k, i)) return `${value}`;
      const offset = value - from;
      return offset === 0 ? 'i' : offset > 0 ? `i+${offset}` : `i-${-offset}`;
    });
    return { label: fill(step.template, names), text: step.text };
  });
  return { loop: `for i = ${from}..${to}`, lines };
}

/**
 * The rows of a trace. The step of the fault always has a row of its own.
 *
 * @param all - one row per event
 */
export function foldEvents(trace: TraceV1, all = false): Row[] {
  const ghosts = ghostsOf(trace);
  const steps = trace.events.map((event) => stepOf(event, ghosts, all));
  const fault = trace.fault?.step ?? -1;
  const rows: Row[] = [];
  for (let i = 0; i < steps.length; ) {
    const end = all || i === fault ? i + 1 : fault > i ? fault : steps.length;
    const step = steps[i]!;
    let period = 1;
    let times = repeats(steps, i, 1, end);
    for (let p = 2; p <= 3; p++) {
      const found = repeats(steps, i, p, end);
      if (found >= 3 && found * p > times * period) [period, times] = [p, found];
    }
    const count = period * times;
    const folded =
      period === 1
        ? { loop: '', lines: [rangeLine(step, steps[i + count - 1]!, times)] }
        : loopRow(steps, i, period, times);
    rows.push({ first: i, count, agent: step.agent, flusher: step.flusher, ...folded, fault: i === fault });
    i += count;
  }
  return rows;
}
