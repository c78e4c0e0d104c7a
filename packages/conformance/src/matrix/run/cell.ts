/**
 * Runs one cell: every size is explored, and what breaks is shortened, replayed and recorded.
 */

import { RacewalkError } from '@racewalk/core';
import { authorCode, errorText } from '@racewalk/explorer';
import { buildScenario, withMemory } from '@racewalk/machine';
import { agrees, type MatrixCell } from '../plan/cell.js';
import { placeText } from '../replay/source-places.js';
import type { CellCheckpoint, Totals } from '../schema/checkpoint.js';
import type { Outcome, PlainResult } from '../schema/result.js';
import { flawOf } from './checked.js';
import { judgeReport } from './judge.js';
import { type CellOptions, clockOf } from './options.js';
import { search } from './search.js';

/** What a cell came to. */
export interface CellResult extends PlainResult {
  readonly cell: MatrixCell;
}

/**
 * Run one cell. A race is a result, and so is operation code that throws; what is thrown is
 * `RACEWALK_INTERRUPTED`.
 */
export async function runCell(cell: MatrixCell, options: CellOptions = {}): Promise<CellResult> {
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

/** Whether a cell came to what the plan expects. */
export const isExpected = (cell: MatrixCell, outcome: Outcome): boolean => agrees(cell.expected, outcome);

async function outcomeOf(cell: MatrixCell, options: CellOptions, totals: Totals): Promise<Outcome> {
  if (cell.expected === 'not-applicable') return { verdict: 'not-applicable' };
  const clock = clockOf(options);
  const end = clock() + (options.ms ?? Number.POSITIVE_INFINITY);
  let bounded: Outcome | null = null;
  try {
    const { resume } = options;
    // A later size must not be resumed before one that was not finished: that one would count as done.
    const onCheckpoint = (at: CellCheckpoint): void => {
      if (bounded === null) options.onCheckpoint?.(at);
    };
    for (const [size, params] of cell.sizes.entries()) {
      if (size < (resume?.size ?? 0)) continue;
      const build = () =>
        authorCode(
          () => `setup of ${cell.test}`,
          () => buildScenario(cell.scenario, withMemory(cell.plugin, options.memory), cell.variant, params),
        );
      const built = build();
      const finished = { ...totals };
      const from = size === resume?.size ? resume.search : null;
      const watch = options.checked === true && from === null;
      const flaw = watch ? flawOf(cell, built, options.memory, () => build().program) : null;
      if (flaw !== null) return { verdict: 'error', detail: flaw };
      const report = await search(built.program, options, end - clock(), from, (at) =>
        onCheckpoint({ size, totals: finished, search: at }),
      );
      totals.executions += report.executions;
      totals.blocked += report.blocked;
      totals.steps += report.steps;
      totals.states += report.states ?? 0;
      const outcome = judgeReport(cell, options, built, report);
      if (outcome.verdict === 'bounded') bounded ??= outcome;
      else if (outcome.verdict !== 'holds') return outcome;
      else onCheckpoint({ size: size + 1, totals: { ...totals }, search: null });
    }
  } catch (error) {
    // A file that cannot be written says nothing of the cell.
    const outside = ['RACEWALK_INTERRUPTED', 'RACEWALK_FILE'];
    if (error instanceof RacewalkError && outside.includes(error.code)) throw error;
    const place = error instanceof RacewalkError ? '' : placeText((error as Error | null)?.stack);
    return { verdict: 'error', detail: errorText(error) + place };
  }
  return bounded ?? { verdict: 'holds' };
}
