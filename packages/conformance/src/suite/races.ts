/**
 * Race tests as tests of a runner: one for each cell.
 */
import { RacewalkError } from '@racewalk/core';
import { columns } from '@racewalk/trace';
import type { Cell } from '../plan/cell.js';
import { type CellResult, runCell } from '../run/cell.js';
import type { CellOptions } from '../run/options.js';

/** What a cell came to, in a line. */
export function outcomeText(result: CellResult): string {
  const { verdict, invariant, bound, detail } = result;
  if (verdict === 'violates') return `violates ${invariant}`;
  if (verdict === 'bounded') return `bounded by ${bound} after ${result.executions} executions`;
  return detail === undefined ? verdict : `${verdict}: ${detail}`;
}

/** Why a cell is not as expected, with the counterexample if there is one. */
export function unexpected(result: CellResult): RacewalkError {
  const { cell, trace } = result;
  const where = `${cell.test} on ${cell.arch}, ${cell.variant}`;
  const text = `${where}: expected ${cell.expected}, found ${outcomeText(result)}`;
  const code = result.verdict === 'violates' ? 'RACEWALK_COUNTEREXAMPLE' : 'RACEWALK_UNEXPECTED';
  return new RacewalkError(code, trace === undefined ? text : `${text}\n\n${columns(trace)}`, {
    expected: cell.expected,
    ...(result.token === undefined ? {} : { hint: `racewalk replay ${result.token}` }),
  });
}

/** Run one cell; throws `RACEWALK_COUNTEREXAMPLE` or `RACEWALK_UNEXPECTED` if it is not as expected. */
export async function assertCell(cell: Cell, options: CellOptions = {}): Promise<CellResult> {
  const result = await runCell(cell, options);
  if (!result.asExpected) throw unexpected(result);
  return result;
}
