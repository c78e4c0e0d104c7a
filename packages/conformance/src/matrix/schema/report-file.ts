/**
 * `racewalk.conformance/3`, the file of a report: the cells of a race in rows of numbers, an architecture to a column, and
 * tables for what cells share. {@link unfiled} makes cells of it again.
 */
import { z } from 'zod';
import { refFields, verdict } from './fields.js';
import { type ConformanceReport, conformanceReport, type ReportCell, reportedCell } from './report.js';

const { expected, invariant, bound, reason, linux, kernel, known } = reportedCell.shape;
const { ms: amount } = reportedCell.shape;

/** What cells came to. Without `verdict` it is the expected one; `asExpected` is there only where it is false. */
const filedOutcome = z.object({
  expected,
  verdict: verdict.optional(),
  invariant,
  bound,
  reason,
  asExpected: z.boolean().optional(),
  linux,
  kernel,
  known,
});

/** Where the row and the column of a cell stand for its fields. */
const PLACE = { test: true, arch: true, variant: true, params: true, source: true } as const;
const COUNTS = { executions: true, steps: true, ms: true, blocked: true } as const;
const OUTCOME = {
  expected: true,
  verdict: true,
  invariant: true,
  bound: true,
  reason: true,
  asExpected: true,
  linux: true,
  kernel: true,
  known: true,
} as const satisfies Record<keyof z.infer<typeof filedOutcome>, true>;

/** What few cells have: every field that stands nowhere else, also one that is new. A trace is a file of its own. */
const rare = reportedCell.omit({ ...PLACE, ...COUNTS, ...OUTCOME, trace: true });

/** The names of those fields. */
export const RARE = rare.keyof().options;

/**
 * The number of its outcome; or that, then executions, steps, milliseconds, executions given up, as far as the rest is not
 * zero, then what few cells have.
 */
const filedCell = z.union([
  amount,
  z
    .array(z.union([amount, rare]))
    .min(2)
    .max(6),
]);

const filedRace = z.object({
  test: refFields.test,
  params: refFields.params,
  source: reportedCell.shape.source,
  /** By name of the variant: a cell for each of `columns`, or null. */
  variants: z.record(z.string(), z.array(filedCell.nullable())),
});

/** The file of a report. */
export const reportFile = conformanceReport.omit({ cells: true }).extend({
  /** Ids of architectures, in the order in which the rows have their cells. */
  columns: z.array(refFields.arch).readonly(),
  outcomes: z.array(filedOutcome).readonly(),
  races: z.array(filedRace).readonly(),
});

/** What cells of a file came to. */
export type FiledOutcome = Readonly<z.infer<typeof filedOutcome>>;
/** What few cells have. */
export type FiledRare = z.infer<typeof rare>;
/** A cell of a file. */
export type FiledCell = z.infer<typeof filedCell>;
/** The cells of a race in a file. */
export type FiledRace = Readonly<z.infer<typeof filedRace>>;
/** The file of a report. */
export type ReportFile = Readonly<z.infer<typeof reportFile>>;

/** `violates:DIRTY` as verdict and invariant; of several invariants, the file says which. */
function asExpectedBy(text: string): Pick<ReportCell, 'verdict' | 'invariant'> {
  const [word, code] = text.split(':') as [ReportCell['verdict'], string?];
  return code === undefined ? { verdict: word } : { verdict: word, invariant: code };
}

function cellOf(
  cell: FiledCell,
  race: FiledRace,
  arch: string,
  variant: string,
  outcome: FiledOutcome,
): ReportCell {
  const values = Array.isArray(cell) ? cell.slice(1) : [];
  const numbers = values.filter((value) => typeof value === 'number');
  const [more = {}] = values.filter((value) => typeof value === 'object');
  const [executions = 0, steps = 0, ms = 0, blocked = 0] = numbers;
  const { test, params, source } = race;
  const { expected, verdict, asExpected = true, ...rest } = outcome;
  const found = verdict === undefined ? asExpectedBy(expected) : { verdict };
  return {
    test,
    arch,
    variant,
    ...(params === undefined ? {} : { params }),
    source,
    expected,
    ...found,
    ...rest,
    asExpected,
    executions,
    blocked,
    steps,
    ms,
    ...more,
  };
}

/**
 * The report that a file holds. `missing` is called with the place of a cell whose outcome or column is not in the file,
 * and does not return.
 */
export function unfiled(
  { columns, outcomes, races, ...rest }: ReportFile,
  missing: (place: string, what: string) => never,
): ConformanceReport {
  const cells: ReportCell[] = [];
  for (const [r, race] of races.entries()) {
    for (const [variant, row] of Object.entries(race.variants)) {
      const place = `races[${r}].variants.${variant}`;
      if (row.length > columns.length) missing(place, `${row.length} cells for ${columns.length} columns`);
      for (const [c, arch] of columns.entries()) {
        const cell = row[c] ?? null;
        if (cell === null) continue;
        const number = Array.isArray(cell) ? cell[0] : cell;
        const outcome = typeof number === 'number' ? outcomes[number] : undefined;
        const known = outcome ?? missing(`${place}[${c}]`, `outcome ${String(number)}`);
        cells.push(cellOf(cell, race, arch, variant, known));
      }
    }
  }
  return { ...rest, cells };
}
