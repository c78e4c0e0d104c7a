/** Comparison with a reference: one line for each test, and the sum. */
import type { Comparison } from '@racewalk/litmus';

/** How one test came out. */
export interface Row {
  readonly name: string;
  /** Null if the reference has no states for the test, or the test did not run. */
  readonly comparison: Comparison | null;
  /** Why it did not run, or was not compared. */
  readonly note: string | null;
  readonly bounded: boolean;
  /** The reference allows what all architectures together allow: ours must lie within it. */
  readonly within: boolean;
}

const WIDTH = 80;

/** What a row is called: the strongest that is true of it. */
export type Verdict = 'exact' | 'sound' | 'unsound' | 'within' | 'beyond' | 'bounded' | 'none';

export function verdictOf({ comparison, bounded, within }: Row): Verdict {
  if (bounded) return 'bounded';
  if (comparison === null) return 'none';
  if (within) return comparison.extra.length > 0 ? 'beyond' : 'within';
  if (comparison.missing.length > 0) return 'unsound';
  return comparison.extra.length > 0 ? 'sound' : 'exact';
}

/** One line: the important ones say what differs. */
export function rowText(row: Row): string {
  const verdict = verdictOf(row);
  const { missing, extra } = row.comparison ?? { missing: [], extra: [] };
  const counts =
    row.comparison === null ? (row.note ?? '') : `missing ${missing.length}  extra ${extra.length}`;
  const left = `${(verdict === 'none' ? '-' : verdict).padEnd(8)} ${counts.padEnd(23)} `;
  return `${left}${row.name.slice(0, WIDTH - left.length)}`;
}

const percent = (part: number, of: number): string =>
  of === 0 ? '-' : `${((100 * part) / of).toFixed(1)} %`;

/** The sum, as one line. */
export function sumText(rows: readonly Row[]): string {
  const count = (...verdicts: readonly Verdict[]): number =>
    rows.filter((row) => verdicts.includes(verdictOf(row))).length;
  const equal = count('exact', 'sound', 'unsound');
  const inside = count('within', 'beyond');
  const part = (what: string, n: number, of: number): string => `${what} ${n} (${percent(n, of)})`;
  const said = [
    ...(equal > 0 || inside === 0
      ? [part('sound', count('exact', 'sound'), equal), part('exact', count('exact'), equal)]
      : []),
    ...(inside > 0 ? [part('within', count('within'), inside)] : []),
    ...(count('bounded') > 0 ? [`${count('bounded')} bounded`] : []),
    ...(count('none') > 0 ? [`${count('none')} not compared`] : []),
  ];
  return `${equal + inside} compared: ${said.join(', ')}`;
}
