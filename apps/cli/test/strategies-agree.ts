/** Both exhaustive searches on the same cells of the matrix. */
import { runCell } from '@racewalk/conformance/matrix';
import { createWorkbench } from '@racewalk/wiring';
import { CATALOGUE } from '../src/catalogue.js';

/**
 * Compare the searches on one cell in `stride`.
 *
 * @returns how many cells were compared, and where the searches differ
 */
export async function compareStrategies(stride: number): Promise<{ compared: number; wrong: string[] }> {
  const { cells } = createWorkbench(CATALOGUE).suite.plan({ variant: 'all' });
  const wrong: string[] = [];
  let compared = 0;
  for (const [i, cell] of cells.filter(({ expected }) => expected !== 'not-applicable').entries()) {
    if (i % stride !== 0) continue;
    const options = { ms: 60_000, shrinkStates: 0, shrinkCaughtStates: 0 };
    const dpor = await runCell(cell, { ...options, strategy: 'dpor' });
    const stateful = await runCell(cell, { ...options, strategy: 'stateful' });
    // A mutant may name several invariants: which of them is found first is up to the search.
    const [a, b] = [dpor, stateful].map(
      ({ verdict, invariant, asExpected }) => `${verdict} ${asExpected ? cell.expected : invariant}`,
    );
    if (a !== b) wrong.push(`${cell.test} ${cell.arch} ${cell.variant}: ${a}, then ${b}`);
    compared++;
  }
  return { compared, wrong };
}
