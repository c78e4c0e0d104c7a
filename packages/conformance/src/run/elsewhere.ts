/**
 * What the same race came to on the other architectures, as a hint: the one thing that only a matrix
 * can say.
 */
import type { Trace } from '@racewalk/trace';
import type { Cell } from '../plan/cell.js';

const PREFIX = 'the same race holds on ';

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** Where the plan expects the variant of `cell` to hold, as hints, from the cells of all architectures. */
export function expectedElsewhere(cell: Cell, cells: readonly Cell[]): string[] {
  const others = cells.filter(
    (c) =>
      c.test === cell.test && c.variant === cell.variant && c.arch !== cell.arch && c.expected === 'holds',
  );
  return others.length === 0 ? [] : [PREFIX + listed(others.map((c) => c.arch))];
}

/** A cell that was run. */
interface Ran {
  readonly test: string;
  readonly arch: string;
  readonly variant: string;
  readonly verdict: string;
  readonly trace?: Trace;
}

/** Say in every counterexample where the same race holds, according to `cells` and nothing else. */
export function withElsewhere<T extends Ran>(cells: readonly T[]): T[] {
  const holds = new Map<string, string[]>();
  const keyOf = (cell: Ran) => `${cell.test} ${cell.variant}`;
  for (const cell of cells) {
    if (cell.verdict === 'holds') holds.set(keyOf(cell), [...(holds.get(keyOf(cell)) ?? []), cell.arch]);
  }
  return cells.map((cell) => {
    const { trace } = cell;
    if (trace === undefined) return cell;
    const archs = holds.get(keyOf(cell)) ?? [];
    const own = trace.hints.filter((hint) => !hint.startsWith(PREFIX));
    const hints = archs.length === 0 ? own : [...own, PREFIX + listed(archs)];
    return { ...cell, trace: { ...trace, hints } };
  });
}
