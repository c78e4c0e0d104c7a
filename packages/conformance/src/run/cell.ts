/**
 * Runs one cell: every size is explored, and what breaks is shortened, replayed and recorded.
 */
import { type BuiltScenario, buildScenario, RacewalkError } from '@racewalk/core';
import type { MemoryModel, Program } from '@racewalk/core/step';
import {
  type Counterexample,
  type Path,
  type Recording,
  type Report,
  replay,
  shrink,
} from '@racewalk/explorer';
import type { TraceV1 } from '@racewalk/trace';
import { type Cell, expectedCode, type Verdict } from '../plan/cell.js';
import type { Totals } from './checkpoint.js';
import { type CellOptions, clockOf } from './options.js';
import { traceOf } from './record.js';
import { search } from './search.js';
import { stepsOf, tidyPath } from './tidy.js';

/** What a cell came to. */
export interface CellResult {
  readonly cell: Cell;
  readonly verdict: Verdict;
  /** The invariant that broke. */
  readonly invariant?: string;
  /** What went wrong, where the verdict is `error` or `nondeterministic`. */
  readonly detail?: string;
  /** Whether the verdict is the expected one. Never true for `bounded`. */
  readonly asExpected: boolean;
  /** Complete executions over all sizes. */
  readonly executions: number;
  /** Executions given up as redundant. */
  readonly blocked: number;
  readonly steps: number;
  /** States, where the strategy counts them. */
  readonly states?: number;
  /** Wall-clock milliseconds, shortening included. */
  readonly ms: number;
  /** The limit that ended the search. */
  readonly bound?: string;
  /** Replays the counterexample. */
  readonly token?: string;
  /** The counterexample. */
  readonly trace?: TraceV1;
}

type Outcome = Pick<CellResult, 'verdict' | 'invariant' | 'detail' | 'bound' | 'token' | 'trace'>;

/**
 * Run one cell. A race is a result, and so is operation code that throws; what is thrown is
 * `RACEWALK_INTERRUPTED`.
 */
export async function runCell(cell: Cell, options: CellOptions = {}): Promise<CellResult> {
  const clock = clockOf(options);
  const start = clock();
  const totals: Totals = { executions: 0, blocked: 0, steps: 0, states: 0, ...options.resume?.totals };
  const outcome = await outcomeOf(cell, options, totals);
  const { states, ...counts } = totals;
  return {
    cell,
    ...outcome,
    asExpected: isExpected(cell, outcome),
    ...counts,
    ...(states > 0 ? { states } : {}),
    ms: clock() - start,
  };
}

function isExpected(cell: Cell, { verdict, invariant }: Outcome): boolean {
  if (verdict === 'violates') return expectedCode(cell.expected) === invariant;
  return verdict === cell.expected;
}

async function outcomeOf(cell: Cell, options: CellOptions, totals: Totals): Promise<Outcome> {
  if (cell.expected === 'not-applicable') return { verdict: 'not-applicable' };
  const clock = clockOf(options);
  const end = clock() + (options.ms ?? Number.POSITIVE_INFINITY);
  let bounded: Outcome | null = null;
  try {
    const { resume, onCheckpoint } = options;
    for (const [size, params] of cell.sizes.entries()) {
      if (size < (resume?.size ?? 0)) continue;
      const built = buildScenario(cell.scenario, cell.plugin, cell.variant, params);
      const finished = { ...totals };
      const from = size === resume?.size ? resume.search : null;
      const report = await search(built.program, options, end - clock(), from, (at) =>
        onCheckpoint?.({ size, totals: finished, search: at }),
      );
      totals.executions += report.executions;
      totals.blocked += report.blocked;
      totals.steps += report.steps;
      totals.states += report.states ?? 0;
      const outcome = judge(cell, options, built, report);
      if (outcome.verdict === 'bounded') bounded ??= outcome;
      else if (outcome.verdict !== 'holds') return outcome;
      else onCheckpoint?.({ size: size + 1, totals: { ...totals }, search: null });
    }
  } catch (error) {
    if (error instanceof RacewalkError && error.code === 'RACEWALK_INTERRUPTED') throw error;
    return { verdict: 'error', detail: error instanceof Error ? error.message : String(error) };
  }
  return bounded ?? { verdict: 'holds' };
}

function judge(cell: Cell, options: CellOptions, built: BuiltScenario, report: Report): Outcome {
  switch (report.verdict) {
    case 'exhausted':
      return { verdict: 'holds' };
    case 'bounded':
      return { verdict: 'bounded', bound: report.bound };
    case 'nondeterministic':
      return { verdict: 'nondeterministic', detail: report.detail };
    case 'interrupted':
      return { verdict: 'bounded', bound: 'interrupted' };
    case 'counterexample':
      return broken(cell, options, built, report.counterexample, report.executions);
  }
}

function broken(
  cell: Cell,
  options: CellOptions,
  built: BuiltScenario,
  found: Counterexample,
  executions: number,
): Outcome {
  const memory = options.memory ?? built.program.memory;
  const { shrinkMs = 2000, shrinkCaughtMs = shrinkMs } = options;
  const ms = expectedCode(cell.expected) === found.code ? shrinkCaughtMs : shrinkMs;
  const short = ms > 0 && found.code !== 'THROW' ? shrink(built.program, found, { memory, ms }) : found;
  const { path, recording } = recorded(built.program, short.path, memory);
  const trace = traceOf({
    scenario: cell.scenario,
    built,
    variant: cell.variant,
    memory,
    params: built.world.params,
    path,
    recording,
    found: { executions, steps: stepsOf(found.path) },
    hints: options.hints ?? [],
  });
  const token = trace.token === undefined ? {} : { token: trace.token };
  if (found.code === 'THROW') return { verdict: 'error', detail: found.message, trace, ...token };
  if (trace.fault?.code !== found.code) {
    const detail = `internal error: the schedule broke ${found.code}, its replay ${trace.fault?.code ?? 'nothing'}`;
    return { verdict: 'error', detail, trace, ...token };
  }
  return { verdict: 'violates', invariant: found.code, trace, ...token };
}

/** Record the tidied schedule, or the given one should the two not end alike. */
function recorded(program: Program, given: Path, memory: MemoryModel): { path: Path; recording: Recording } {
  const path = tidyPath(given);
  const [recording, original] = [replay(program, path, { memory }), replay(program, given, { memory })];
  const same = recording.divergence === undefined && recording.fault?.code === original.fault?.code;
  return same ? { path, recording } : { path: given, recording: original };
}
