/**
 * The report of a run on a terminal: matrix, failing cells in columns, totals.
 */
import { type ConformanceReport, type ReportCell, summarize } from '@racewalk/conformance';
import { columns } from '@racewalk/trace';
import type { Context } from '../context.js';
import { matrix } from './matrix.js';
import { count, grouped, time, wrap } from './numbers.js';

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
  if (cell.trace !== undefined)
    return [`${colors.red('‼')} ${what}`, ...columns(cell.trace, context.print).split('\n')];
  const reason = cell.verdict === 'holds' ? undefined : cell.reason;
  return [`${colors.red('‼')} ${where}`, `  ${what}`, ...(reason === undefined ? [] : [`  ${reason}`]), ''];
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
    wrap(`${String(n).padStart(4)} × ${reason}`, context.width - 2, '       ').map((line) => `  ${line}`),
  );
}

function totals(report: ConformanceReport): string {
  const { summary, cells } = report;
  const parts = [`${grouped(summary.asExpected)} as expected`];
  if (summary.unexpected > 0) parts.push(`${grouped(summary.unexpected)} UNEXPECTED`);
  if (summary.bounded > 0) parts.push(`${grouped(summary.bounded)} bounded`);
  if (summary.notApplicable > 0) parts.push(`${grouped(summary.notApplicable)} not applicable`);
  const redundant = cells.reduce((n, cell) => n + cell.blocked, 0);
  const work = `${count(summary.executions, 'execution')}, ${grouped(redundant)} redundant`;
  return `${count(summary.cells, 'cell')}: ${parts.join(', ')} · ${work} · ${time(summary.ms)}`;
}

/** What the plug-ins leave out, one paragraph each. */
function omissions(report: ConformanceReport, context: Context): string[] {
  return report.archs.flatMap((arch) => {
    const text = `${arch.id}: ${arch.omits.join('; ') || 'nothing is said to be left out'}`;
    return wrap(text, context.width - 2, '  ').map((line) => context.colors.dim(`  ${line}`));
  });
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

/**
 * The whole report as text.
 *
 * @param all - also why cells do not apply, one line per reason
 */
export function pretty(report: ConformanceReport, context: Context, all = false): string {
  const { colors } = context;
  const bad = failing(report);
  const out = [colors.bold(headline(report)), '', ...matrix(report, context), ''];
  const legend =
    '✓ holds (executions)   ✗ mutant caught, as expected   – not applicable   ‼ not as expected   … bounded';
  out.push(...wrap(legend, context.width).map(colors.dim), '');
  if (all && report.summary.notApplicable > 0) out.push('not applicable:', ...reasons(report, context), '');
  for (const cell of bad) out.push(...failure(cell, context));
  for (const problem of report.problems ?? []) out.push(`${colors.red('‼')} ${problem}`, '');
  out.push('not modelled:', ...omissions(report, context), '');
  if (report.interrupted) out.push(colors.yellow('interrupted: the cells that were not run are missing'));
  const line = totals(report);
  out.push(bad.length > 0 || report.problems ? colors.red(line) : line);
  return `${out.join('\n')}\n`;
}
