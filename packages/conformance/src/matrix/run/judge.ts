/**
 * Derives the verdict of a cell from the report of its search.
 */

import { RacewalkError } from '@racewalk/core';
import type { MemoryModelName, Program } from '@racewalk/core/step';
import {
  type Counterexample,
  errorText,
  type Path,
  type Recording,
  type Report,
  replay,
  shrink,
} from '@racewalk/explorer';
import { type BuiltScenario, definedAt } from '@racewalk/machine';
import type { Trace } from '@racewalk/trace';
import { expectedCodes, type MatrixCell } from '../plan/cell.js';
import { withCauses } from '../replay/causes.js';
import { traceOf } from '../replay/record.js';
import { placeText } from '../replay/source-places.js';
import { stepsOf, tidyPath } from '../replay/tidy.js';
import type { Outcome } from '../schema/result.js';
import type { CellOptions } from './options.js';

/** What of the options of a cell counts after its search. */
type JudgeOptions = Pick<
  CellOptions,
  'memory' | 'shrinkStates' | 'shrinkCaughtStates' | 'caughtPlaces' | 'caughtTraces' | 'causes' | 'hints'
>;

/** The outcome of exploring one size of a cell; a counterexample is shortened, replayed and recorded. */
export function judgeReport(
  cell: MatrixCell,
  options: JudgeOptions,
  built: BuiltScenario,
  report: Report,
): Outcome {
  switch (report.verdict) {
    case 'exhausted':
      return { verdict: 'holds' };
    case 'bounded':
      return {
        verdict: 'bounded',
        bound: report.bound,
        ...(report.detail === undefined ? {} : { detail: report.detail }),
      };
    case 'nondeterministic':
      return { verdict: 'nondeterministic', detail: report.detail };
    case 'interrupted':
      return { verdict: 'bounded', bound: 'interrupted' };
    case 'counterexample':
      return broken(cell, options, built, report.counterexample, report.executions);
  }
}

function broken(
  cell: MatrixCell,
  options: JudgeOptions,
  built: BuiltScenario,
  found: Counterexample,
  executions: number,
): Outcome {
  const memory = options.memory ?? built.program.memory;
  const { shrinkStates, shrinkCaughtStates = shrinkStates } = options;
  const caught = expectedCodes(cell.expected).includes(found.code);
  if (caught && options.caughtTraces === false && isListed(cell, found.code)) {
    const { fault } = replay(built.program, found.path, { memory });
    // Where the two do not agree, what follows says so.
    if (fault?.code === found.code) return { verdict: 'violates', invariant: found.code };
  }
  const states = caught ? shrinkCaughtStates : shrinkStates;
  const how = { memory, ...(states === undefined ? {} : { states }) };
  const short = states !== 0 && found.code !== 'THROW' ? shrink(built.program, found, how) : found;
  const { path, recording } = recorded(
    built.program,
    short.path,
    memory,
    !caught || options.caughtPlaces !== false,
  );
  const plain = traceOf({
    scenario: cell.scenario,
    built,
    variant: cell.variant,
    memory,
    path,
    recording,
    found: { executions, steps: stepsOf(found.path) },
    hints: options.hints ?? [],
  });
  const trace = options.causes === true ? withCauses(plain, built.program, path) : plain;
  const token = trace.token === undefined ? {} : { token: trace.token };
  if (found.code === 'THROW') {
    const detail = found.message + placeText(recording.fault?.stack);
    return { verdict: 'error', detail, trace, ...token };
  }
  if (!isListed(cell, found.code)) {
    return { verdict: 'error', detail: errorText(unlisted(cell, found, trace)), trace, ...token };
  }
  if (trace.fault?.code !== found.code) {
    const detail = `internal error: the schedule broke ${found.code}, its replay ${trace.fault?.code ?? 'nothing'}`;
    return { verdict: 'error', detail, trace, ...token };
  }
  return { verdict: 'violates', invariant: found.code, trace, ...token };
}

/** LIVE is always checked; a broken invariant that the race does not list is a mistake in the race. */
const isListed = ({ scenario }: MatrixCell, code: string): boolean =>
  code === 'LIVE' || (scenario.invariants as readonly string[]).includes(code);

function unlisted({ scenario }: MatrixCell, found: Counterexample, trace: Trace): RacewalkError {
  const at = trace.events.at(-1)?.at;
  const place = at === undefined ? definedAt(scenario) : `${at.file}:${at.line}`;
  const where = place === null ? '' : ` (${place})`;
  return new RacewalkError(
    'RACEWALK_UNLISTED_INVARIANT',
    `${scenario.id}${where} fails with ${found.code}, which it does not list: ${found.message}`,
    { expected: ['LIVE', ...scenario.invariants].join(', ') },
  );
}

/** Record the tidied schedule, or the given one should the two not end alike. */
function recorded(
  program: Program,
  given: Path,
  memory: MemoryModelName,
  stacks: boolean,
): { path: Path; recording: Recording } {
  const path = tidyPath(given);
  const recording = replay(program, path, { memory, stacks });
  if (path.length === given.length && path.every((move, i) => move === given[i])) return { path, recording };
  const original = replay(program, given, { memory });
  const same = recording.divergence === undefined && recording.fault?.code === original.fault?.code;
  if (same) return { path, recording };
  return { path: given, recording: replay(program, given, { memory, stacks }) };
}
