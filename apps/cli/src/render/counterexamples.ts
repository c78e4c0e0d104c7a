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
  // The order is that of the hardware; the steps say what came of it.
  const same = { arch: '', memory: 'sc', hints: [], stats: { steps, preemptions } } as const;
  const { token: _, ...rest } = { ...trace, ...same };
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

/** Counterexamples of one variant that are printed in full, the shortest of them. */
const FULL = 3;

/** The other counterexamples of a variant, a line each: what they come to, and where. */
function others(rest: readonly Shared[], context: Context): string[] {
  if (rest.length === 0) return [];
  const { width, colors } = context;
  const lines = rest.map(({ cell, also }) => {
    const { steps = 0 } = cell.trace?.stats ?? {};
    return `${[cell, ...also].map(({ arch }) => arch).join(', ')}: ${verdictText(cell)} in ${steps} steps`;
  });
  const [first] = rest;
  const head = `${first?.cell.test} ${first?.cell.variant} breaks in other ways as well (--verbose prints them, explain --arch one)`;
  const text = lines.flatMap((line) => wrap(line, width - 2).map((part) => `  ${part}`));
  return [...wrap(`${colors.red('‼')} ${head}`, width), ...text, ''];
}

/**
 * Cells that are not as expected, in full; `all` are those of the report. Of the many ways in which one variant breaks on
 * the plug-ins, only the shortest unless `every`.
 */
export function failures(
  cells: readonly ReportCell[],
  context: Context,
  all: readonly ReportCell[] = cells,
  every = false,
): string[] {
  const groups = new Map<string, Shared[]>();
  for (const one of shared(cells)) {
    const { test, variant, expected, verdict, trace } = one.cell;
    const broken = trace !== undefined && verdict === 'violates';
    const key = broken ? `${test} ${variant} ${expected}` : `${test} ${variant} ${one.cell.arch} alone`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => {
    const length = ({ cell }: Shared): number => cell.trace?.stats.steps ?? 0;
    const shortest = every || group.length <= FULL ? group : group.toSorted((a, b) => length(a) - length(b));
    const full = every ? shortest : shortest.slice(0, FULL);
    const brief = shortest.slice(full.length);
    return [...full.flatMap((one) => failure(one, context, all)), ...others(brief, context)];
  });
}

/** Counterexamples of cells that broke as expected, in full. */
export function caught(cells: readonly ReportCell[], context: Context): string[] {
  const broken = cells.filter(({ verdict, asExpected }) => verdict === 'violates' && asExpected);
  return shared(broken).flatMap(({ cell, also }) =>
    cell.trace === undefined ? [] : [...columnsOf(cell.trace, context), ...alsoOn(also, context), ''],
  );
}
