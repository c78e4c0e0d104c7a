/**
 * Race tests as tests of a runner: one for each cell.
 */
import { RacewalkError } from '@racewalk/core';
import { columns } from '@racewalk/trace';
import type { MatrixCell } from '../matrix/plan/cell.js';
import { type CellResult, runCell } from '../matrix/run/cell.js';
import type { CellOptions } from '../matrix/run/options.js';
import { missed, outcomeText } from '../matrix/run/outcome.js';

/** Why a cell is not as expected, with the counterexample if there is one. */
export function unexpected(result: CellResult): RacewalkError {
  const { cell, trace } = result;
  const where = `${cell.test} on ${cell.arch}, ${cell.variant}`;
  const held = missed(result);
  const found = `${where}: expected ${cell.expected}, found ${outcomeText(result)}`;
  const text = held === null ? found : `${found}\n${held}`;
  const code = result.verdict === 'violates' ? 'RACEWALK_COUNTEREXAMPLE' : 'RACEWALK_UNEXPECTED';
  return new RacewalkError(code, trace === undefined ? text : `${text}\n\n${columns(trace)}`, {
    expected: cell.expected,
    ...(result.token === undefined ? {} : { hint: `racewalk replay ${result.token}` }),
  });
}

/** Run one cell; throws `RACEWALK_COUNTEREXAMPLE` or `RACEWALK_UNEXPECTED` if it is not as expected. */
export async function assertCell(cell: MatrixCell, options: CellOptions = {}): Promise<CellResult> {
  const result = await runCell(cell, options);
  if (!result.asExpected) throw unexpected(result);
  return result;
}
