/** Counterexamples below the matrix; one that is the same on several architectures is printed once. */
import type { ReportCell } from '@racewalk/conformance/matrix';
import { columns, type Trace } from '@racewalk/trace';
import type { Context } from '../context.js';
import { memberAdvice } from './missing-members.js';
import { wrap } from './numbers.js';
import { verdictText } from './verdicts.js';
import { whereItBreaks } from './where-it-breaks.js';

/** A counterexample and the cells that have it. */
interface Shared {
  readonly cell: ReportCell;
  readonly also: ReportCell[];
}

/**
 * What two counterexamples have to have in common to be the same to a reader: the fault and all steps. What is left in the
 * end may differ, say in TLBs that nobody looks at.
 */
function looks(cell: ReportCell, trace: Trace): string {
  const { steps, preemptions } = trace.stats;
  const { token: _, ...rest } = { ...trace, arch: '', hints: [], stats: { steps, preemptions } };
  const [text = ''] = columns(rest, { width: 120 }).split('at the end:');
  return `${cell.test} ${cell.variant} ${cell.expected}\n${text}`;
}

function shared(cells: readonly ReportCell[]): Shared[] {
  const found = new Map<string, Shared>();
  for (const cell of cells) {
    const { trace } = cell;
    const plain = `${cell.test} ${cell.variant} ${verdictText(cell)} ${cell.reason?.replaceAll(cell.arch, '')}`;
    const key = trace === undefined ? plain : looks(cell, trace);
    const known = found.get(key);
    if (known === undefined) found.set(key, { cell, also: [] });
    else known.also.push(cell);
  }
  return [...found.values()];
}

function alsoOn(also: readonly ReportCell[], { width }: Context): string[] {
  if (also.length === 0) return [];
  return wrap(`the same on ${also.map(({ arch }) => arch).join(', ')}`, width - 2).map((text) => `  ${text}`);
}

/** The columns of a trace without the empty line at their end. */
const columnsOf = (trace: Trace, context: Context): string[] =>
  columns(trace, context.print).trimEnd().split('\n');

function failure({ cell, also }: Shared, context: Context, all: readonly ReportCell[]): string[] {
  const { colors, width } = context;
  const what = `expected ${cell.expected}, found ${verdictText(cell)}`;
  const reason = cell.reason === undefined ? [] : wrap(cell.reason, width - 2).map((line) => `  ${line}`);
  const advice = memberAdvice(cell.reason);
  const hint = advice === null ? [] : wrap(`hint    ${advice}`, width - 2).map((line) => `  ${line}`);
  const mark = colors.red('‼');
  if (cell.trace !== undefined) {
    const why = cell.verdict === 'error' ? [...reason, ...hint] : [];
    return [`${mark} ${what}`, ...why, ...columnsOf(cell.trace, context), ...alsoOn(also, context), ''];
  }
  const replay = cell.token === undefined ? [] : [`  replay  racewalk replay ${cell.token}`];
  const where = `${cell.test}   arch ${cell.arch}   variant ${cell.variant}`;
  const separates = whereItBreaks(cell, all, context);
  const why = [...reason, ...hint, ...separates];
  return [`${mark} ${where}`, `  ${what}`, ...why, ...replay, ...alsoOn(also, context), ''];
}

/** Cells that are not as expected, in full; `all` are those of the report. */
export const failures = (
  cells: readonly ReportCell[],
  context: Context,
  all: readonly ReportCell[] = cells,
): string[] => shared(cells).flatMap((one) => failure(one, context, all));

/** Counterexamples of cells that broke as expected, in full. */
export function caught(cells: readonly ReportCell[], context: Context): string[] {
  const broken = cells.filter(({ verdict, asExpected }) => verdict === 'violates' && asExpected);
  return shared(broken).flatMap(({ cell, also }) =>
    cell.trace === undefined ? [] : [...columnsOf(cell.trace, context), ...alsoOn(also, context), ''],
  );
}
