/** Comparison with a reference: one line for each test, and the sum. */
import type { Comparison } from '@racewalk/litmus';

/** How one test came out. */
export interface Row {
  readonly file: string;
  readonly name: string;
  /** Null if the reference has no states for the test, or the test did not run. */
  readonly comparison: Comparison | null;
  /** Why it did not run, or was not compared. */
  readonly note: string | null;
  readonly states: number;
  readonly bounded: boolean;
}

const WIDTH = 80;

/** What a row is called: the strongest that is true of it. */
export function verdictOf({ comparison, bounded }: Row): 'exact' | 'sound' | 'unsound' | 'bounded' | 'none' {
  if (bounded) return 'bounded';
  if (comparison === null) return 'none';
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
  const count = (...verdicts: readonly string[]): number =>
    rows.filter((row) => verdicts.includes(verdictOf(row))).length;
  const compared = count('exact', 'sound', 'unsound');
  const sound = count('exact', 'sound');
  const exact = count('exact');
  const rest = [
    [count('bounded'), 'bounded'],
    [count('none'), 'not compared'],
  ] as const;
  const also = rest.filter(([n]) => n > 0).map(([n, what]) => `, ${n} ${what}`);
  return `${compared} compared: sound ${sound} (${percent(sound, compared)}), exact ${exact} (${percent(exact, compared)})${also.join('')}`;
}
