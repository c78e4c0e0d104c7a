/**
 * Two exhaustive searches of one cell side by side: over schedules, in pieces, and over states. Which one is
 * quicker is hard to tell beforehand, and often it is by orders of magnitude.
 */
import type { CellResult, MatrixCell } from '@racewalk/conformance/matrix';
import type { Crew } from '../crew/crew.js';
import { type RunPlanOptions, runPlan } from './run-plan.js';

/** The searches that compete. */
export type Contender = 'dpor' | 'stateful';

/** How a portfolio ended. */
export interface PortfolioResult {
  readonly winner: Contender;
  readonly result: CellResult;
  /** What the other search came to, if it ended as well. */
  readonly other: CellResult | null;
  /** False if both have a verdict and it is not the same: one of the two is wrong. */
  readonly agree: boolean;
  /** Wall-clock milliseconds. */
  readonly ms: number;
}

/** Milliseconds that the other search is given to end as well, and the share of the time the first one took. */
const GRACE = { least: 200, share: 0.25 };

const decided = ({ verdict }: CellResult): boolean => verdict === 'holds' || verdict === 'violates';

/** Run both searches, until one has a verdict. Null if the run was interrupted before. */
export async function runPortfolio(
  cell: MatrixCell,
  crews: Readonly<Record<Contender, Crew>>,
  options: Pick<RunPlanOptions, 'search' | 'cellMs' | 'signal' | 'onProgress'>,
): Promise<PortfolioResult | null> {
  const began = performance.now();
  const stop = { aborted: false };
  const signal = {
    get aborted() {
      return stop.aborted || options.signal?.aborted === true;
    },
  };
  const ends = new Map<Contender, CellResult>();
  const run = async (contender: Contender): Promise<void> => {
    const plan = { archs: [cell.plugin], cells: [cell], problems: [] };
    const search = { ...options.search, strategy: contender };
    const { onProgress, ...rest } = options;
    // One line of progress is enough.
    const watched = contender === 'dpor' && onProgress !== undefined ? { onProgress } : {};
    const { results } = await runPlan(crews[contender], plan, { ...rest, ...watched, search, signal });
    const [result] = results;
    if (result !== undefined) ends.set(contender, result);
  };
  const runs = [run('dpor'), run('stateful')];
  const all = Promise.all(runs);
  const first = async (running: Promise<void>): Promise<void> => {
    await running;
    const over = [...ends.values()].some(decided);
    // Who gave up does not end the race.
    if (!over) await all;
  };
  await Promise.race(runs.map(first));
  const ms = performance.now() - began;
  const grace = Math.max(GRACE.least, GRACE.share * ms);
  await Promise.race([all, new Promise((resolve) => setTimeout(resolve, grace).unref())]);
  stop.aborted = true;
  all.catch(() => undefined);
  const [[winner, result], [, other]] = ranked(ends);
  if (winner === undefined || result === undefined) return null;
  const agree =
    other === undefined || !decided(other) || !decided(result) || other.verdict === result.verdict;
  return { winner, result, other: other ?? null, agree, ms };
}

type Ranked = readonly [Contender | undefined, CellResult | undefined];

/** The one that ended first comes first, but a verdict before none. */
function ranked(ends: ReadonlyMap<Contender, CellResult>): readonly [Ranked, Ranked] {
  const order = [...ends].sort(([, a], [, b]) => Number(decided(b)) - Number(decided(a)));
  return [order[0] ?? [undefined, undefined], order[1] ?? [undefined, undefined]];
}
