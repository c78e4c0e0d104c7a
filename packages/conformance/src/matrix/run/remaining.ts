/**
 * How long the rest of a run will take, judged by what is done.
 */
import type { MatrixCell } from '../plan/cell.js';
import type { CellResult } from './cell.js';

/** The cells most like a cell: the same architecture, and likewise a mutant or not. */
const alike = (cell: MatrixCell): string => `${cell.arch} ${cell.variant === 'upstream'}`;

/** Mean of the times recorded under a key. */
class Means {
  readonly #sums = new Map<string, { ms: number; n: number }>();

  add(key: string, ms: number): void {
    const sum = this.#sums.get(key) ?? { ms: 0, n: 0 };
    this.#sums.set(key, { ms: sum.ms + ms, n: sum.n + 1 });
  }

  get(key: string): number | undefined {
    const sum = this.#sums.get(key);
    return sum === undefined ? undefined : sum.ms / sum.n;
  }
}

/** Estimated milliseconds for the cells that are left; null while nothing is known. */
export function remainingMs(done: readonly CellResult[], left: readonly MatrixCell[]): number | null {
  if (done.length === 0) return null;
  const means = new Means();
  for (const { cell, ms, verdict } of done) {
    if (verdict === 'not-applicable') continue;
    means.add(alike(cell), ms);
    means.add('any', ms);
  }
  const expected = (cell: MatrixCell) =>
    cell.expected === 'not-applicable' ? 0 : (means.get(alike(cell)) ?? means.get('any') ?? 0);
  return left.reduce((sum, cell) => sum + expected(cell), 0);
}
