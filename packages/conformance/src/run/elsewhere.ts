/**
 * What the same race came to on the other architectures, as a hint: the one thing that only a matrix
 * can say.
 */
import type { Cell } from '../plan/cell.js';
import type { CellResult } from './cell.js';

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** `the same race holds on x86-64 and sw-dirty`, or null if it holds nowhere. */
export function holdsOn(archs: readonly string[]): string | null {
  return archs.length === 0 ? null : `the same race holds on ${listed(archs)}`;
}

/** Where the plan expects the variant of `cell` to hold, from the cells of all architectures. */
export function expectedElsewhere(cell: Cell, cells: readonly Cell[]): string[] {
  const others = cells.filter(
    (c) =>
      c.test === cell.test && c.variant === cell.variant && c.arch !== cell.arch && c.expected === 'holds',
  );
  const hint = holdsOn(others.map((c) => c.arch));
  return hint === null ? [] : [hint];
}

/** Add the hint to every counterexample. */
export function elsewhere(results: readonly CellResult[]): CellResult[] {
  return results.map((result) => {
    const { trace, cell } = result;
    if (trace === undefined) return result;
    const others = results.filter(
      (r) => r.cell.test === cell.test && r.cell.variant === cell.variant && r.verdict === 'holds',
    );
    const hint = holdsOn(others.map((r) => r.cell.arch));
    if (hint === null || trace.hints.includes(hint)) return result;
    return { ...result, trace: { ...trace, hints: [...trace.hints, hint] } };
  });
}
