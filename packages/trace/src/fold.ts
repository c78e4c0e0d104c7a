/**
 * Folds boring runs: the same operation over consecutive entries is one row, a loop body is one row. What may
 * stand in one row is decided by what the steps do and on which words; texts say where the printed numbers move.
 */
import type { Does } from '@racewalk/core/step';
import { fill, type Holed, numeral, pierce, rangeText, strideOf } from './holes.js';
import { ghostsOf, outcomeOf } from './outcome.js';
import { line } from './print/text.js';
import type { Trace, TraceEvent } from './schema.js';
import { roleIn } from './typed.js';

/** One step as a row shows it. */
export interface RowLine {
  /** For instance `ptepGet pte[0..3]`. */
  readonly label: string;
  /** For instance `→ clean`, or empty. */
  readonly text: string;
  /** What the step does. */
  readonly does: Does;
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
  readonly does: Does;
  /** Kind, operation, and what it acts on but for the index. */
  readonly same: string;
  /** Where each word that it acts on stands in its table; 0 for a word of none. */
  readonly places: readonly number[];
  /** Label and text in one, behind a separator that no text contains. */
  readonly holed: Holed;
}

const SEPARATOR = '\u0001';

function stepOf(trace: Trace, event: TraceEvent, ghosts: ReadonlySet<string>, all: boolean): Step {
  const label = event.label || `${event.kind} ${event.cells.map((access) => access.cell).join(', ')}`.trim();
  const holed = pierce(`${line(label)}${SEPARATOR}${line(outcomeOf(trace, event, ghosts, all))}`);
  const { agent, kind, op, does, on } = event;
  const roles = on.map((cell) => placeOf(trace, cell));
  return {
    agent,
    flusher: event.flusher === true,
    does,
    same: JSON.stringify([kind, op, does, roles.map(([what]) => what)]),
    places: roles.map(([, place]) => place),
    holed,
  };
}

/** What a word is, and where in its table or memory; words of no table differ by name. */
function placeOf(trace: Trace, cell: string): readonly [what: unknown, place: number] {
  const role = roleIn(trace, cell);
  if ('index' in role) return [{ ...role, index: 0 }, role.index];
  if ('pfn' in role) return [role.is, role.pfn];
  return [cell, 0];
}

/** Whether all words move by one and the same step, at most one entry. */
function oneStep(a: readonly number[], b: readonly number[]): boolean {
  const moves = new Set(a.map((place, i) => b[i]! - place).filter((move) => move !== 0));
  return moves.size === 0 || (moves.size === 1 && Math.abs([...moves][0]!) === 1);
}

function rowLine(both: string, { does }: Step): RowLine {
  const [label = '', text = ''] = both.split(SEPARATOR);
  return { label, text, does };
}

/** How the numbers move from `a` to `b`; null if the steps cannot stand in one run. */
function follows(a: Step, b: Step): number[] | null {
  const fits = a.agent === b.agent && a.flusher === b.flusher && a.same === b.same;
  return fits && oneStep(a.places, b.places) ? strideOf(a.holed, b.holed) : null;
}

/** How often the `period` steps from `start` repeat, at least 1, staying below `end`. */
function repeats(steps: readonly Step[], start: number, period: number, end: number): number {
  const body = steps.slice(start, Math.min(start + period, end));
  if (body.length < period || body.some((step) => step.agent !== body[0]!.agent)) return 1;
  const moves: number[][] = [];
  let times = 1;
  for (let i = start + period; i < end; i++) {
    const k = (i - start) % period;
    const move = follows(steps[i - period]!, steps[i]!);
    moves[k] ??= move ?? [];
    if (move === null || String(move) !== String(moves[k])) break;
    if (k === period - 1) times++;
  }
  return period > 1 && !isLoop(moves) ? 1 : times;
}

/** A body of several steps is a loop if all numbers that move go the same way, and one does. */
function isLoop(moves: readonly (readonly number[])[]): boolean {
  return new Set(moves.flat().filter((move) => move !== 0)).size === 1;
}

function rangeRow(first: Step, last: Step, times: number) {
  const { label, ...rest } = rowLine(rangeText(first.holed, last.holed), first);
  const same = first.holed.values.every((value, i) => value === last.holed.values[i]);
  return { loop: '', lines: [{ label: times > 1 && same ? `${label} ×${times}` : label, ...rest }] };
}

function loopRow(steps: readonly Step[], start: number, period: number, times: number) {
  const body = steps.slice(start, start + period).map((step) => step.holed);
  const moves = body.map((holed, k) => strideOf(holed, steps[start + period + k]!.holed) ?? []);
  const k0 = moves.findIndex((move) => move.some((m) => m !== 0));
  const i0 = moves[k0]!.findIndex((m) => m !== 0);
  const from = body[k0]!.values[i0]!;
  const to = steps[start + (times - 1) * period + k0]!.holed.values[i0]!;
  const lines = body.map((holed, k) => {
    const named = fill(holed, (at) => {
      const value = holed.values[at]!;
      if (moves[k]![at] === 0) return numeral(holed, at, value);
      const offset = value - from;
      const size = numeral(holed, at, Math.abs(offset));
      return offset === 0 ? 'i' : offset > 0 ? `i+${size}` : `i-${size}`;
    });
    return rowLine(named, steps[start + k]!);
  });
  return { loop: `for i = ${from}..${to}`, lines };
}

/**
 * The rows of a trace. The step of the fault always has a row of its own.
 *
 * @param all - one row per event
 */
export function foldEvents(trace: Trace, all = false): Row[] {
  const ghosts = ghostsOf(trace);
  const steps = trace.events.map((event) => stepOf(trace, event, ghosts, all));
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
      period === 1 ? rangeRow(step, steps[i + count - 1]!, times) : loopRow(steps, i, period, times);
    rows.push({ first: i, count, agent: step.agent, flusher: step.flusher, ...folded, fault: i === fault });
    i += count;
  }
  return rows;
}
