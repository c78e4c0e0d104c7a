/** How much there is to explore: in words before a search, and as a share of it during one. */
import type { MatrixCell, SuiteProgress } from '@racewalk/conformance/matrix';
import type { MemoryModelName } from '@racewalk/core/step';
import { type Estimate, estimate } from '@racewalk/explorer';
import { buildScenario, withMemory } from '@racewalk/machine';
import { grouped } from './numbers.js';

/** Milliseconds given to the estimate of one size before a search. */
const ESTIMATE_MS = 400;

/** One estimate for each size of a cell. */
export function estimatesOf(
  cell: MatrixCell,
  { memory, ms = ESTIMATE_MS }: { memory?: MemoryModelName | undefined; ms?: number } = {},
): Estimate[] {
  const options = { ms, ...(memory === undefined ? {} : { memory }) };
  return cell.sizes.map((size) => {
    const { program } = buildScenario(cell.scenario, withMemory(cell.plugin, memory), cell.variant, size);
    return estimate(program, options);
  });
}

/** `672 executions of 24 steps`, or `about 320 000 executions of 95 steps, ± 10 %`. */
export function estimateText({ mean, sd, steps, exact }: Estimate): string {
  const what = `${grouped(exact ? mean : rounded(mean))} executions of ${grouped(steps)} steps`;
  return exact ? what : `about ${what}, ± ${grouped(Math.max(1, (100 * sd) / mean))} %`;
}

/** Two digits that count. */
function rounded(n: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(n, 1))) - 1);
  return Math.round(n / unit) * unit;
}

/** How far a cell is. */
export interface Share {
  readonly executions: number;
  readonly expected: number;
  /** Milliseconds this cell will still take; 0 if nobody knows. */
  readonly remaining: number;
  /** What was expected, if there are more by now. */
  readonly exceeded?: number;
}

/** Follows the search of one cell, size by size, against its estimates. */
export class ExpectedWork {
  readonly #expected: readonly number[];
  /** Finished sizes: how many, and what they came to. */
  #sizes = 0;
  #executions = 0;
  #ms = 0;
  #last = { executions: 0, ms: 0 };
  #first: { executions: number; ms: number } | null = null;

  constructor(estimates: readonly Estimate[]) {
    this.#expected = estimates.map(({ mean }) => mean);
  }

  /** `executions` and `ms` are those of the size that is running. */
  share(executions: number, ms: number): Share {
    if (executions < this.#last.executions) {
      this.#sizes++;
      this.#executions += this.#last.executions;
      this.#ms += this.#last.ms;
    }
    this.#last = { executions, ms };
    const done = { executions: this.#executions + executions, ms: this.#ms + ms };
    this.#first ??= done;
    const present = Math.max(executions, this.#expected[this.#sizes] ?? 0);
    const later = this.#expected.slice(this.#sizes + 1).reduce((sum, n) => sum + n, 0);
    const expected = this.#executions + present + later;
    const rate = (done.executions - this.#first.executions) / (done.ms - this.#first.ms);
    const remaining = rate > 0 ? (expected - done.executions) / rate : 0;
    const share = { executions: done.executions, expected, remaining };
    const guess = this.#expected[this.#sizes] ?? 0;
    return executions > guess && later === 0 ? { ...share, exceeded: this.#executions + guess } : share;
  }
}

/** Milliseconds a cell of a run may take before it is worth an estimate. */
const PATIENCE = 1500;

/** Follows a run of many cells: the share of the one that is running, if it takes long. */
export class RunningCell {
  #done = 0;
  #before = { executions: 0, ms: 0 };
  #work: ExpectedWork | null = null;

  /** What a run reports; null as long as nothing is to be said. */
  share({ done, cell, executions, ms }: SuiteProgress): Share | null {
    if (done !== this.#done) {
      this.#done = done;
      this.#before = { executions, ms };
      this.#work = null;
    }
    const since = ms - this.#before.ms;
    if (since < PATIENCE) return null;
    this.#work ??= new ExpectedWork(estimatesOf(cell));
    return this.#work.share(executions - this.#before.executions, since);
  }
}

/** A cell of several that run at the same time. */
export interface CellShare {
  readonly cell: MatrixCell;
  readonly share: Share;
}

/** Follows a run with workers: the share of the cell that will take longest. */
export class RunningCells {
  #known = new Map<MatrixCell, { readonly since: number; work: ExpectedWork | null }>();

  /** What a run reports; null as long as nothing is to be said. */
  share({ running, ms }: SuiteProgress): CellShare | null {
    const before = this.#known;
    this.#known = new Map(running.map(({ cell }) => [cell, before.get(cell) ?? { since: ms, work: null }]));
    let longest: CellShare | null = null;
    for (const { cell, executions } of running) {
      const known = this.#known.get(cell);
      if (known === undefined || ms - known.since < PATIENCE) continue;
      known.work ??= wholeWork(estimatesOf(cell));
      const share = known.work.share(executions, ms - known.since);
      if (longest === null || share.remaining > longest.share.remaining) longest = { cell, share };
    }
    return longest;
  }
}

/** Of a cell whose executions are counted over all its sizes. */
export function wholeWork(estimates: readonly Estimate[]): ExpectedWork {
  const mean = estimates.reduce((sum, { mean: more }) => sum + more, 0);
  return new ExpectedWork(estimates.slice(0, 1).map((first) => ({ ...first, mean })));
}

/** `12 345 of about 320 000 executions (4 %)`. */
export function shareText({ executions, expected, exceeded }: Share): string {
  if (exceeded !== undefined) {
    return `${grouped(executions)} executions, more than the about ${grouped(rounded(exceeded))} expected`;
  }
  const percent = Math.floor((100 * executions) / Math.max(expected, 1));
  return `${grouped(executions)} of about ${grouped(rounded(expected))} executions (${percent} %)`;
}
