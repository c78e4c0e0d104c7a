/** What a cell came to, in words. */
import { expectedCodes } from '../plan/cell.js';
import type { CellResult } from './cell.js';

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
  const codes = expectedCodes(cell.expected);
  if (asExpected || verdict !== 'holds' || codes.length === 0) return null;
  const { arch, what = cell.variant, reason = 'no reason is given' } = cell;
  // A race in C says itself where its variants break.
  if (cell.scenario.text !== undefined)
    return (
      `${what} does not break ${codes.join(' or ')} here, as the file says. If it is harmless on some plug-ins, say on ` +
      `which it is not: breaks ${codes[0]} if CAPABILITY`
    );
  return (
    `the bug that was put back is not caught: ${what}. It should break ${codes.join(' or ')}, because ${reason}. ` +
    `Either an operation of ${arch} makes up for it by doing more than it has to, or nobody calls what was replaced in ` +
    'the state that `setup` leaves (entries are clean and old unless it says otherwise), or the mutation is harmless ' +
    'here, and the `unless` of the mutant has to say why'
  );
}
