/**
 * Race tests as tests of a runner: one for each cell.
 */
import { RacewalkError } from '@racewalk/core';
import { columns } from '@racewalk/trace';
import { type Cell, expectedCode } from '../plan/cell.js';
import { type CellResult, runCell } from '../run/cell.js';
import type { CellOptions } from '../run/options.js';

/** What a cell came to, in a line. */
export function outcomeText(result: CellResult): string {
  const { verdict, invariant, bound, detail } = result;
  if (verdict === 'violates') return `violates ${invariant}`;
  if (verdict === 'bounded') return `bounded by ${bound} after ${result.executions} executions`;
  return detail === undefined ? verdict : `${verdict}: ${detail}`;
}

/** Why a mutant that holds should not, or null if that is not what is wrong. */
export function missed(result: CellResult): string | null {
  const { cell, verdict, asExpected } = result;
  const code = expectedCode(cell.expected);
  if (asExpected || verdict !== 'holds' || code === null) return null;
  const { arch, what = cell.variant, reason = 'no reason is given' } = cell;
  return (
    `the bug that was put back is not caught: ${what}. It should break ${code}, because ${reason}. ` +
    `Either an operation of ${arch} makes up for it by doing more than it has to, or the bug is none here, ` +
    'and the `unless` of the mutant has to say why'
  );
}

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
export async function assertCell(cell: Cell, options: CellOptions = {}): Promise<CellResult> {
  const result = await runCell(cell, options);
  if (!result.asExpected) throw unexpected(result);
  return result;
}
