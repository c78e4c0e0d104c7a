/**
 * Where the same race holds, as a hint: the one thing that only a matrix can say.
 */
import type { Trace } from '@racewalk/trace';
import { type CellRef, keyOf, type MatrixCell, type Verdict } from '../plan/cell.js';

const PREFIX = 'the same race holds on ';

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** The same for a race on all architectures. */
const raceOf = (cell: CellRef): string => keyOf({ ...cell, arch: '' });

/**
 * Where the plan expects the variant of `cell` to hold, as hints, from the cells of all architectures. Where it expects
 * that of `cell` itself, a counterexample shows that it was wrong, and what it says of the others is worth nothing.
 */
export function expectedElsewhere(cell: MatrixCell, cells: readonly MatrixCell[]): string[] {
  if (cell.expected === 'holds') return [];
  const race = raceOf(cell);
  const others = cells.filter((c) => c.arch !== cell.arch && c.expected === 'holds' && raceOf(c) === race);
  return others.length === 0 ? [] : [PREFIX + listed(others.map((c) => c.arch))];
}

/** A cell that was run. */
interface Ran extends CellRef {
  readonly verdict: Verdict;
  readonly trace?: Trace | undefined;
}

/** Say in every counterexample where the same race holds, according to `cells` and nothing else. */
export function withElsewhere<T extends Ran>(cells: readonly T[]): T[] {
  const holds = new Map<string, string[]>();
  for (const cell of cells) {
    const race = raceOf(cell);
    if (cell.verdict === 'holds') holds.set(race, [...(holds.get(race) ?? []), cell.arch]);
  }
  return cells.map((cell) => {
    const { trace } = cell;
    if (trace === undefined) return cell;
    const archs = holds.get(raceOf(cell)) ?? [];
    const own = trace.hints.filter((hint) => !hint.startsWith(PREFIX));
    const hints = archs.length === 0 ? own : [...own, PREFIX + listed(archs)];
    return { ...cell, trace: { ...trace, hints } };
  });
}
