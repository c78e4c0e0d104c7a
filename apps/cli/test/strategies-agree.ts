/** Both exhaustive searches on the same cells of the matrix. */
import { runCell } from '@racewalk/conformance/matrix';
import type { Program } from '@racewalk/core/step';
import { explore, type Strategy } from '@racewalk/explorer';
import { buildScenario } from '@racewalk/machine';
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
    // Where loads may be early, only `dpor` makes them so, and the other says that it does not.
    if (stateful.bound === 'loads') continue;
    // A mutant may name several invariants: which of them is found first is up to the search.
    const [a, b] = [dpor, stateful].map(
      ({ verdict, invariant, asExpected }) => `${verdict} ${asExpected ? cell.expected : invariant}`,
    );
    if (a !== b) wrong.push(`${cell.test} ${cell.arch} ${cell.variant}: ${a}, then ${b}`);
    compared++;
  }
  return { compared, wrong };
}

/** Executions of a program that is compared by its ends. */
const MOST_EXECUTIONS = 60_000;

/** What memory is like at the ends of all executions, faulty ones included, and whether some end in a deadlock; null if there are too many. */
function endsOf(program: Program, strategy: Strategy): ReadonlySet<string> | null {
  const ends = new Set<string>();
  const { cells, final } = program;
  const watched: Program = {
    ...program,
    final(mem, base, faults) {
      ends.add(mem.subarray(base, base + cells.length).join());
      final?.(mem, base, faults);
    },
  };
  const report = explore(watched, {
    strategy,
    stopAtFirst: false,
    bounds: strategy === 'dpor' ? { executions: MOST_EXECUTIONS } : {},
  });
  if (report.verdict === 'bounded') return null;
  ends.add(report.verdict).add(report.deadlocks > 0 ? 'deadlock' : 'no deadlock');
  return ends;
}

/**
 * Compare by all their ends, too: `dpor` knows nothing of joined histories.
 *
 * @returns how many programs were compared, how many were too large, and where the searches differ
 */
export function compareEnds(stride: number): { compared: number; large: number; wrong: string[] } {
  const { cells } = createWorkbench(CATALOGUE).suite.plan({ variant: 'all' });
  const wrong: string[] = [];
  let [compared, large] = [0, 0];
  for (const [i, cell] of cells.filter(({ expected }) => expected !== 'not-applicable').entries()) {
    if (i % stride !== 0) continue;
    for (const size of cell.sizes) {
      const { program } = buildScenario(cell.scenario, cell.plugin, cell.variant, size);
      const dpor = endsOf(program, 'dpor');
      const stateful = dpor === null ? null : endsOf(program, 'stateful');
      if (dpor === null || stateful === null) {
        large++;
        continue;
      }
      compared++;
      // Where a round can be made again without end, `dpor` ends the execution there, and a search over states goes on behind it.
      const endless = cell.expected.includes('LIVE');
      const same = (endless || dpor.size === stateful.size) && [...dpor].every((end) => stateful.has(end));
      if (!same)
        wrong.push(`${program.name} ${JSON.stringify(size)}: ${dpor.size} ends, then ${stateful.size}`);
    }
  }
  return { compared, large, wrong };
}
