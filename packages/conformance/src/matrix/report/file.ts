/**
 * A report as it stands in a file. A cell is its numbers; what many cells share stands once, in tables: source and names
 * with the race, verdicts and reasons among the outcomes. Written out, a matrix of 6 457 cells took 3.3 MB.
 *
 * A token says little that its cell does not, but a third of such a file would be tokens: those of counterexamples that
 * are as expected are left out, unless there is a file for each (`traceFile`). `explain` finds them again.
 */
import type { ConformanceReport, ReportCell } from '../schema/report.js';
import {
  type FiledCell,
  type FiledOutcome,
  type FiledRace,
  type FiledRare,
  RARE,
  type ReportFile,
} from '../schema/report-file.js';

/** Values by number, each once. */
class Table<T> {
  readonly all: T[] = [];
  readonly #known = new Map<string, number>();

  numberOf(value: T): number {
    const key = JSON.stringify(value);
    const known = this.#known.get(key) ?? this.all.push(value) - 1;
    this.#known.set(key, known);
    return known;
  }
}

/** What the cell came to; fields that follow from others are left out. */
function outcomeOf(cell: ReportCell): FiledOutcome {
  const { expected, verdict, invariant, bound, reason, asExpected, linux, kernel, known } = cell;
  const found = verdict === 'violates' && invariant !== undefined ? `violates:${invariant}` : verdict;
  return {
    expected,
    ...(found === expected ? {} : { verdict }),
    ...(found === expected || invariant === undefined ? {} : { invariant }),
    ...(bound === undefined ? {} : { bound }),
    ...(reason === undefined ? {} : { reason }),
    ...(asExpected ? {} : { asExpected }),
    ...(linux === undefined ? {} : { linux }),
    ...(kernel === undefined ? {} : { kernel }),
    ...(known === undefined ? {} : { known }),
  };
}

/** The numbers of a cell, and what few cells have. */
function filed(cell: ReportCell, outcome: number): FiledCell {
  const { executions, steps, ms, blocked, traceFile, asExpected } = cell;
  const counts = [executions, steps, ms, blocked];
  while (counts.at(-1) === 0) counts.pop();
  const known = RARE.filter(
    (name) => cell[name] !== undefined && (name !== 'token' || !asExpected || traceFile),
  );
  const rare: FiledRare = Object.fromEntries(known.map((name) => [name, cell[name]]));
  const more = known.length > 0 ? [rare] : [];
  return counts.length + more.length === 0 ? outcome : [outcome, ...counts, ...more];
}

/** The report as its file has it. Counterexamples stay outside. */
export function reportFile({ cells, ...rest }: ConformanceReport): ReportFile {
  const columns = [...new Set(cells.map(({ arch }) => arch))];
  const outcomes = new Table<FiledOutcome>();
  const races = new Map<string, FiledRace>();
  for (const cell of cells) {
    const { test, params, source } = cell;
    const key = JSON.stringify([test, params, source]);
    const race: FiledRace = races.get(key) ?? {
      test,
      ...(params === undefined ? {} : { params }),
      source,
      variants: {},
    };
    races.set(key, race);
    const row = race.variants[cell.variant] ?? columns.map(() => null);
    row[columns.indexOf(cell.arch)] = filed(cell, outcomes.numberOf(outcomeOf(cell)));
    race.variants[cell.variant] = row;
  }
  return { ...rest, columns, outcomes: outcomes.all, races: [...races.values()] };
}
