/** For GitHub Actions: annotations on the lines of the code at fault, and a summary of the job. */
import type { ConformanceReport, ReportCell } from '@racewalk/conformance/matrix';
import { markdown, type Trace, type TracePlace } from '@racewalk/trace';
import type { Context } from '../context.js';
import { briefTable } from './brief-table.js';
import { count, grouped, time } from './numbers.js';
import { failing, headline, verdictText } from './verdicts.js';

/** GitHub shows ten annotations of a step; a summary has 1 MiB. */
const MOST = 10;

/** Text of a command: a line feed would end it. */
const message = (text: string): string =>
  text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');

/** The same for a property. */
const property = (text: string): string => message(text).replace(/:/g, '%3A').replace(/,/g, '%2C');

/** The author's line that broke the invariant, or the last one before. */
function placeOf({ events }: Trace): TracePlace | undefined {
  return events.findLast(({ at }) => at !== undefined)?.at;
}

function annotation(level: 'error' | 'warning', cell: ReportCell): string {
  const { trace, token } = cell;
  const place = trace === undefined ? undefined : placeOf(trace);
  const where = place === undefined ? [] : [`file=${property(place.file)}`, `line=${place.line}`];
  const title = `title=${property(`${cell.test} ${cell.variant} on ${cell.arch}`)}`;
  const says = [
    `expected ${cell.expected}, found ${verdictText(cell)}`,
    ...(trace?.fault ? [trace.fault.message] : []),
    ...(cell.reason === undefined ? [] : [cell.reason]),
    ...(token === undefined ? [] : [`racewalk replay ${token}`]),
  ];
  return `::${level} ${[...where, title].join(',')}::${message(says.join('\n'))}`;
}

/** Commands that make annotations: an error for what is not as expected, a warning for what was not decided. */
export function annotations(report: ConformanceReport): string {
  const bad = failing(report);
  const bounded = report.cells.filter(({ verdict }) => verdict === 'bounded');
  const faults = (report.problems ?? []).map((text) => `::error title=racewalk::${message(text)}`);
  const lines = [
    ...faults,
    ...bad.slice(0, MOST).map((cell) => annotation('error', cell)),
    ...bounded.slice(0, MOST).map((cell) => annotation('warning', cell)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const fenced = (lines: readonly string[]): string[] => [
  '```text',
  ...lines.map((l) => l.replaceAll('```', "'''")),
  '```',
];

/** The summary of the job: what failed, then the matrix in short. */
export function jobSummary(report: ConformanceReport, context: Context): string {
  const { summary } = report;
  const plain: Context = { ...context, colors: context.plain, width: 100 };
  const bad = failing(report);
  const out = [
    `## ${headline(report)}`,
    '',
    `${grouped(summary.asExpected)} as expected, **${grouped(summary.unexpected)} unexpected**, ` +
      `${grouped(summary.bounded)} bounded, ${grouped(summary.notApplicable)} not applicable; ` +
      `${count(summary.executions, 'execution')} in ${time(summary.ms)}.`,
    '',
  ];
  for (const problem of report.problems ?? []) out.push(...fenced(problem.split('\n')), '');
  for (const cell of bad.slice(0, MOST)) {
    out.push(`### ‼ \`${cell.test}\` ${cell.variant} on ${cell.arch}`, '');
    out.push(`Expected ${cell.expected}, found ${verdictText(cell)}.`, '');
    if (cell.trace !== undefined) out.push(markdown(cell.trace));
    else if (cell.reason !== undefined) out.push(`${cell.reason}.`, '');
  }
  if (bad.length > MOST) out.push(`And ${grouped(bad.length - MOST)} more.`, '');
  const table = briefTable(report, plain, Number.POSITIVE_INFINITY);
  out.push('<details><summary>Matrix</summary>', '', ...fenced(table), '', '</details>', '');
  return out.join('\n');
}
