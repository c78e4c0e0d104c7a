/**
 * The report of a failing cell on a terminal: one column per agent, folded, with hints and a replay line.
 */
import type { Row } from '../fold.js';
import type { Trace } from '../schema.js';
import { causesText, inChain } from './causes.js';
import { type PrintOptions, type Resolved, resolve } from './options.js';
import { codeOf, sourcesOf } from './sources.js';
import { demandOf, gap, roomFor, type TableLine, tableRow } from './table.js';
import { line, widthOf, wrap } from './text.js';
import { total } from './total.js';
import { linesOf, type View, viewOf } from './view.js';
import { shareWidths } from './widths.js';

const MARGIN = 8;
const LEAST = 9;

function header(trace: Trace, { width, paint }: Resolved): string[] {
  const fault = trace.fault;
  const facts = [`arch ${trace.arch}`, `variant ${trace.variant}`];
  if (trace.memory !== 'sc') facts.push(`memory ${trace.memory}`);
  if (fault) facts.push(`invariant ${fault.code}`);
  const out = [`${fault ? '✗' : '✓'} ${line(trace.test)}`];
  for (const fact of facts.map(line)) {
    const longer = `${out.at(-1)}   ${fact}`;
    if (widthOf(longer) <= width) out[out.length - 1] = longer;
    else out.push(`  ${fact}`);
  }
  const role = fault ? 'bad' : 'good';
  return out.map((text, i) => (i === 0 ? paint(role, text[0]!) + paint('strong', text.slice(1)) : text));
}

function field(name: string, text: string, { width, paint }: Resolved): string[] {
  const [first = '', ...rest] = wrap(text, width - 10);
  return [
    `  ${paint('hint', name)}${' '.repeat(8 - name.length)}${first}`,
    ...rest.map((t) => `${' '.repeat(10)}${t}`),
  ];
}

/** `✗` breaks, `•` matters where it is. */
const margin = (row: Row, trace: Trace) => {
  const mark = row.fault ? '✗' : inChain(trace, row) ? '•' : ' ';
  return `${mark}${String(row.first + 1).padStart(5)}${gap}`;
};

/** The lines of source of each row; none where the last row of the same agent stands there too. */
function codeOfRows(rows: readonly Row[], trace: Trace, { code }: Pick<Resolved, 'code'>): string[][] {
  const last = new Map<number, string>();
  return rows.map((row) => {
    const lines = code === undefined ? [] : codeOf(trace, row, code);
    const text = lines.join('\n');
    const same = last.get(row.agent) === text;
    last.set(row.agent, text);
    return same ? [] : lines;
  });
}

function cellText(
  row: Row,
  trace: Trace,
  code: readonly string[],
  { sources }: Pick<Resolved, 'sources'>,
): string[] {
  const below = [...code, ...(sources ? sourcesOf(trace, row) : [])];
  const lines = [...linesOf(row), ...below];
  return row.fault && trace.fault ? [...lines, `← ${line(trace.fault.code)} broken here`] : lines;
}

const joined = (cells: TableLine) => cells.join(gap).trimEnd();

function table(view: View, trace: Trace, how: Resolved): string[] {
  const { width, paint } = how;
  const { columns, rows } = view;
  const code = codeOfRows(rows, trace, how);
  const texts = rows.map((row, i) => cellText(row, trace, code[i]!, how));
  const demands = columns.map((column) =>
    demandOf([column.title, ...rows.flatMap((row, i) => (row.agent === column.id ? texts[i]! : []))]),
  );
  const widths = shareWidths(demands, roomFor(width, MARGIN, columns.length), LEAST);
  if (!widths) return list(view, trace, how);
  const head = tableRow(
    columns.map((column) => [column.title]),
    widths,
  );
  const out = head.map((cells, y) =>
    paint('strong', `${y === 0 ? '  step  ' : ' '.repeat(MARGIN)}${joined(cells)}`.trimEnd()),
  );
  rows.forEach((row, i) => {
    const cells = columns.map((column) => (column.id === row.agent ? texts[i]! : []));
    tableRow(cells, widths).forEach((parts, y) => {
      const text = `${y === 0 ? margin(row, trace) : ' '.repeat(MARGIN)}${joined(parts)}`.trimEnd();
      out.push(row.fault ? paint('bad', text) : text);
    });
  });
  return out;
}

/** More agents than the width can hold side by side: one below the other, with their names. */
function list(view: View, trace: Trace, how: Resolved): string[] {
  const { width } = how;
  const code = codeOfRows(view.rows, trace, how);
  return view.rows.flatMap((row, i) => {
    const name = view.columns.find((column) => column.id === row.agent)?.name ?? '';
    const texts = cellText(row, trace, code[i]!, how).flatMap((text) => wrap(text, width - MARGIN - 2, 2));
    const [first = '', ...rest] = [`${name}:`, ...texts.map((text) => `  ${text}`)];
    return [margin(row, trace) + first, ...rest.map((text) => ' '.repeat(MARGIN) + text)];
  });
}

function layout(trace: Trace, options: PrintOptions): string {
  const how = resolve(options);
  const { width, paint, all } = how;
  const view = viewOf(trace, all);
  const out = header(trace, how);
  const says = trace.fault ? line(trace.fault.message) : view.verdict;
  if (all) out.push(...[trace.title, trace.source].filter(Boolean).map((text) => `  ${line(text)}`));
  out.push(...wrap(says, width - 2).map((text) => `  ${text}`));
  out.push(...wrap(view.stats, width - 2).map((text) => `  ${paint('dim', text)}`), '');
  out.push(...table(view, trace, how));
  if (view.end || view.faultAtEnd) {
    const note = view.faultAtEnd && trace.fault ? `  ← ${line(trace.fault.code)} broken here` : '';
    wrap(`at the end: ${view.end || 'nothing changed'}${note}`, width - MARGIN, 2).forEach((text, i) => {
      const prefix = view.faultAtEnd && i === 0 ? `✗${' '.repeat(MARGIN - 1)}` : ' '.repeat(MARGIN);
      out.push(paint(view.faultAtEnd ? 'bad' : 'dim', prefix + text));
    });
  }
  const notes = [
    ...causesText(trace, all).flatMap(([name, text]) => field(name, text, how)),
    ...trace.hints.flatMap((hint) => field('hint', line(hint), how)),
    ...(all ? (trace.omits ?? []) : []).flatMap((text) => field('omits', line(text), how)),
    ...(trace.token ? [`  ${paint('hint', 'replay')}  racewalk replay ${line(trace.token)}`] : []),
  ];
  if (notes.length > 0) out.push('', ...notes);
  return `${out.join('\n')}\n`;
}

/**
 * A trace as a table for a terminal: one column per agent, runs folded, the row of the fault marked.
 * Never throws; what cannot be laid out is listed as it is. Only the replay line may exceed the width.
 *
 * @returns lines, each ended by a line feed
 */
export function columns(trace: Trace, options: PrintOptions = {}): string {
  return total(layout, (lines) => `${lines.join('\n')}\n`, trace, options);
}
