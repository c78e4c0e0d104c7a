/** Both exhaustive searches on the same cells of the matrix. */
import { type CellResult, type MatrixCell, runCell } from '@racewalk/conformance/matrix';
import type { ArchPlugin } from '@racewalk/core';
import type { Program } from '@racewalk/core/step';
import { explore, type Strategy } from '@racewalk/explorer';
import { buildScenario, withMemory } from '@racewalk/machine';
import { createWorkbench } from '@racewalk/wiring';
import { CATALOGUE } from '../src/catalogue.js';

async function byBoth(cell: MatrixCell): Promise<readonly [CellResult, CellResult]> {
  const options = { ms: 60_000, shrinkStates: 0, shrinkCaughtStates: 0 };
  return [
    await runCell(cell, { ...options, strategy: 'dpor' }),
    await runCell(cell, { ...options, strategy: 'stateful' }),
  ];
}

/** Whether two searches that broke different invariants first both break each of them when nothing else is watched. */
async function agreeOnEach(cell: MatrixCell, codes: readonly (string | undefined)[]): Promise<boolean> {
  for (const code of codes) {
    const alone = { ...cell, scenario: { ...cell.scenario, invariants: [code] } } as MatrixCell;
    for (const { verdict, invariant } of await byBoth(alone))
      if (verdict !== 'violates' || invariant !== code) return false;
  }
  return true;
}

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
    const own = await byBoth(cell);
    // Where loads may be early, only `dpor` makes them so, and the other says that it does not: compared in order.
    const [dpor, stateful] =
      own[1].bound === 'loads' ? await byBoth({ ...cell, plugin: withMemory(cell.plugin, 'sc') }) : own;
    // A mutant may name several invariants: which of them is found first is up to the search.
    const [a, b] = [dpor, stateful].map(
      ({ verdict, invariant, asExpected }) => `${verdict} ${asExpected ? cell.expected : invariant}`,
    );
    if (a !== b && !(await agreeOnEach(cell, [dpor.invariant, stateful.invariant])))
      wrong.push(`${cell.test} ${cell.arch} ${cell.variant}: ${a}, then ${b}`);
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

/** The ends of a cell that both searches find; null if there are too many, or if one of them leaves executions out. */
function endsOfBoth(
  { scenario, variant }: MatrixCell,
  plugin: ArchPlugin,
  size: MatrixCell['sizes'][number],
) {
  const { program } = buildScenario(scenario, plugin, variant, size);
  const dpor = endsOf(program, 'dpor');
  const stateful = dpor === null ? null : endsOf(program, 'stateful');
  return dpor === null || stateful === null ? null : { program, dpor, stateful };
}

/**
 * Compare by all their ends, too: `dpor` knows nothing of joined histories. Where loads may be early only `dpor` makes them
 * so; such a program is compared in order.

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
      const found =
        endsOfBoth(cell, cell.plugin, size) ??
        (cell.plugin.memory === 'weak' ? endsOfBoth(cell, withMemory(cell.plugin, 'sc'), size) : null);
      if (found === null) {
        large++;
        continue;
      }
      const { program, dpor, stateful } = found;
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
