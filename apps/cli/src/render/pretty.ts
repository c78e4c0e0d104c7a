/**
 * The report of a run on a terminal: matrix, failing cells in columns, totals.
 */
import { type ConformanceReport, type ReportCell, summarize } from '@racewalk/conformance/matrix';
import { columns } from '@racewalk/trace';
import type { Context } from '../context.js';
import { matrix } from './matrix.js';
import { count, flow, grouped, time, wrap } from './numbers.js';
import { omissions } from './omissions.js';
import { problemLines } from './problem.js';

/** What a cell of a report came to. */
export function verdictText(cell: ReportCell): string {
  if (cell.verdict === 'violates') return `violates ${cell.invariant}`;
  if (cell.verdict === 'bounded')
    return `bounded (${cell.bound}) after ${count(cell.executions, 'execution')}`;
  return cell.verdict;
}

/** Cells that are not as expected. */
export const failing = (report: ConformanceReport): ReportCell[] =>
  report.cells.filter((cell) => !cell.asExpected && cell.verdict !== 'bounded');

function failure(cell: ReportCell, context: Context): string[] {
  const { colors } = context;
  const where = `${cell.test}   arch ${cell.arch}   variant ${cell.variant}`;
  const what = `expected ${cell.expected}, found ${verdictText(cell)}`;
  const reason = cell.reason === undefined ? [] : wrap(cell.reason, context.width - 2);
  if (cell.trace !== undefined) {
    const why = cell.verdict === 'error' ? reason.map((line) => `  ${line}`) : [];
    return [`${colors.red('‼')} ${what}`, ...why, ...columns(cell.trace, context.print).split('\n')];
  }
  return [`${colors.red('‼')} ${where}`, `  ${what}`, ...reason.map((line) => `  ${line}`), ''];
}

/** Cells that were not decided, each with the bound that ended it. */
function bounded({ cells }: ConformanceReport, { colors, width }: Context): string[] {
  const lines = cells
    .filter(({ verdict }) => verdict === 'bounded')
    .map((cell) => {
      const where = `${cell.test}   arch ${cell.arch}   variant ${cell.variant}`;
      const what = cell.reason === undefined ? verdictText(cell) : `${verdictText(cell)}: ${cell.reason}`;
      return [`${colors.yellow('…')} ${where}`, ...wrap(what, width - 2).map((line) => `  ${line}`)];
    });
  return lines.length === 0 ? [] : [...lines.flat(), ''];
}

/** The reasons why cells do not apply, each with its number of cells. */
function reasons(report: ConformanceReport, context: Context): string[] {
  const counts = new Map<string, number>();
  for (const cell of report.cells) {
    if (cell.verdict !== 'not-applicable') continue;
    const reason = cell.reason ?? 'no reason given';
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].flatMap(([reason, n]) =>
    wrap(reason, context.width - 9).map(
      (line, i) => (i === 0 ? `${String(n).padStart(6)} × ` : ' '.repeat(9)) + line,
    ),
  );
}

function totals(report: ConformanceReport, context: Context): string[] {
  const { summary, cells } = report;
  const parts = [`${grouped(summary.asExpected)} as expected`];
  if (summary.unexpected > 0) parts.push(`${grouped(summary.unexpected)} UNEXPECTED`);
  if (summary.bounded > 0) parts.push(`${grouped(summary.bounded)} bounded`);
  if (summary.notApplicable > 0) parts.push(`${grouped(summary.notApplicable)} not applicable`);
  const redundant = cells.reduce((n, cell) => n + cell.blocked, 0);
  const work = `${count(summary.executions, 'execution')}, ${grouped(redundant)} redundant`;
  const verdicts = `${count(summary.cells, 'cell')}: ${parts.join(', ')}`;
  return flow([verdicts, work, time(summary.ms)], ' · ', context.width);
}

/** The first line of a run. */
export function headline(report: Pick<ConformanceReport, 'archs' | 'cells'>): string {
  const races = new Set(report.cells.map((cell) => cell.test)).size;
  const parts = [
    count(report.archs.length, 'architecture'),
    count(races, 'race'),
    count(summarize(report.cells, 0).cells, 'cell'),
  ];
  return `Racewalk conformance · ${parts.join(' · ')}`;
}

const LEGEND = [
  '✓ holds (executions)',
  '✗ variant that breaks it',
  '=6.12 what Linux 6.12 does',
  '– not applicable',
  '‼ not as expected',
  '… bounded',
];

/**
 * The whole report as text.
 *
 * @param all - also why cells do not apply, one line per reason
 */
export function pretty(report: ConformanceReport, context: Context, all = false): string {
  const { colors } = context;
  const bad = failing(report);
  const out = [colors.bold(headline(report)), '', ...matrix(report, context), ''];
  out.push(...flow(LEGEND, '   ', context.width).map(colors.dim), '');
  if (all && report.summary.notApplicable > 0) out.push('not applicable:', ...reasons(report, context), '');
  // A claim that is not so comes first: cells may fail because of it.
  for (const problem of report.problems ?? []) out.push(...problemLines(problem, context), '');
  for (const cell of bad) out.push(...failure(cell, context));
  out.push(...bounded(report, context));
  out.push('not modelled:', ...omissions(report, context, all), '');
  const assumed = context.assumed().flatMap((text) => wrap(text, context.width - 2).map((t) => `  ${t}`));
  if (assumed.length > 0) out.push('assumed:', ...assumed, '');
  if (report.interrupted) out.push(colors.yellow('interrupted: the cells that were not run are missing'));
  const paint = bad.length > 0 || report.problems ? colors.red : String;
  out.push(...totals(report, context).map(paint));
  return `${out.join('\n')}\n`;
}
