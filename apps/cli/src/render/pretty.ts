/**
 * The report of a run on a terminal: names of what failed, matrix, failing cells in columns, names again, totals.
 */
import type { ConformanceReport } from '@racewalk/conformance/matrix';
import type { Context } from '../context.js';
import { briefTable, MOST_LINES } from './brief-table.js';
import { needsALook } from './cell-names.js';
import { caught, failures } from './counterexamples.js';
import { count, flow, grouped, time, wrap } from './numbers.js';
import { omissions, omissionsLine, orderLines, ownOmissions } from './omissions.js';
import { problemLines } from './problem.js';
import { racesOf } from './races.js';
import { failing, headline } from './verdicts.js';
import { wholeTable } from './whole-table.js';

/** How much is printed. */
export interface PrettyOptions {
  /** Also why cells do not apply, one line per reason, and what is not modelled. */
  readonly all?: boolean;
  /** Every variant of every race, with its executions. */
  readonly verbose?: boolean;
  /** The counterexamples of cells that broke as expected. */
  readonly explain?: boolean;
}

/** Races up to which a run is printed whole. */
const FEW = 3;

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
  const faults =
    report.problems === undefined ? [] : [`${count(report.problems.length, 'FAULT')} of the suite`];
  return flow([verdicts, ...faults, work, time(summary.ms)], ' · ', context.width);
}

const LEGEND = [
  '✓ holds (executions)',
  '✗ variant that breaks it',
  '=6.12 what Linux 6.12 does',
  '– not applicable',
  '‼ not as expected',
  '… bounded',
];

/** Where some cell holds in an order that its hardware does not keep. */
const IN_ORDER = '° holds in order (weak: see nightly)';

const BRIEF_LEGEND = [
  '✓ holds',
  '✗ breaks, as expected',
  '– not applicable',
  '‼ not as expected',
  '… bounded',
  'mutants: how many, all as expected',
  '=6.12 Linux does this',
  '✗6.12 Linux does something else, which breaks',
];

/** What ends a report: where more is, and the totals. */
function tail(report: ConformanceReport, context: Context, brief: boolean, all: boolean): string[] {
  const { colors, width } = context;
  const more = brief ? flow(['every variant: --verbose', 'one race: --test NAME'], ' · ', width) : [];
  const omits = all ? [] : wrap(omissionsLine(report, context), width, '  ');
  return [...more, ...orderLines(report, width), ...omits].map(colors.dim);
}

/** Mutants of the races that were run and that a plug-in says it survives, with the reasons. */
function survivals({ archs, cells }: ConformanceReport, { width }: Context): string[] {
  const rows = archs.flatMap(({ id, survives = [] }) =>
    survives
      .filter((row) =>
        cells.some((c) => c.arch === id && c.test === row.test && c.variant === `mutant:${row.mutant}`),
      )
      .flatMap(({ test, mutant, why }) => wrap(`${id}: ${test} mutant:${mutant}: ${why}`, width - 2, '  ')),
  );
  return rows.length === 0 ? [] : ['survived, as the plug-in says:', ...rows.map((row) => `  ${row}`), ''];
}

/** Empty lines of a report, and the one above it all. */
const FRAME = 4;

/** The whole report as text. */
export function pretty(report: ConformanceReport, context: Context, options: PrettyOptions = {}): string {
  const { colors, width } = context;
  const { all = false, verbose = false, explain = false } = options;
  const few = racesOf(report.cells).length <= FEW;
  const whole = verbose || few;
  const bad = failing(report);
  const names = needsALook(report, context);
  const ordered = report.cells.some(({ order }) => order !== undefined) ? [IN_ORDER] : [];
  const legend = flow([...(whole ? LEGEND : BRIEF_LEGEND), ...ordered], '   ', width);
  const end = tail(report, context, !whole, all);
  const sums = totals(report, context);
  const out = [colors.bold(headline(report)), '', ...names];
  if (names.length > 0) out.push('');
  // A claim that is not so comes first: cells may fail because of it.
  for (const problem of report.problems ?? []) out.push(...problemLines(problem, context), '');
  const room = MOST_LINES - FRAME - legend.length - end.length - sums.length;
  out.push(...(whole ? wholeTable(report, context) : briefTable(report, context, room)), '');
  out.push(...legend.map(colors.dim), '');
  if (all && report.summary.notApplicable > 0) out.push('not applicable:', ...reasons(report, context), '');
  out.push(...failures(bad, context, report.cells, verbose));
  if (explain) out.push(...caught(report.cells, context));
  out.push(...survivals(report, context));
  if (all) out.push('not modelled:', ...omissions(report, context, all), '');
  else if (few) out.push(...ownOmissions(report, context));
  const assumed = context.assumed().flatMap((text) => wrap(text, width - 2).map((t) => `  ${t}`));
  if (assumed.length > 0) out.push('assumed:', ...assumed, '');
  if (report.interrupted) out.push(colors.yellow('interrupted: the cells that were not run are missing'));
  const paint = bad.length > 0 || report.problems ? colors.red : String;
  out.push(...end, ...names, ...sums.map(paint));
  return `${out.join('\n')}\n`;
}
