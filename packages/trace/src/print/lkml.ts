/**
 * The form in which kernel developers write a race into a commit message: one column per CPU, plain ASCII.
 */
import type { Row } from '../fold.js';
import type { Trace } from '../schema.js';
import type { PrintOptions } from './options.js';
import { codeOf } from './sources.js';
import { demandOf, gap, roomFor, tableRow } from './table.js';
import { ascii, wrap } from './text.js';
import { total } from './total.js';
import { lineOf, type View, viewOf } from './view.js';
import { shareWidths } from './widths.js';

const WIDTH = 75;
const INDENT = '  ';
const LEAST = 14;

/** One column: a CPU and the agents on it, or an agent that is on none. */
interface Lane {
  readonly heading: string;
  readonly agents: readonly number[];
}

function lanesOf(view: View): Lane[] {
  const lanes: { cpu: number | undefined; names: string[]; agents: number[] }[] = [];
  for (const { id, name, cpu } of view.columns) {
    const lane = cpu === undefined ? undefined : lanes.find((other) => other.cpu === cpu);
    if (lane) {
      lane.names.push(name);
      lane.agents.push(id);
    } else {
      lanes.push({ cpu, names: [name], agents: [id] });
    }
  }
  return lanes
    .sort((a, b) => (a.cpu ?? Number.POSITIVE_INFINITY) - (b.cpu ?? Number.POSITIVE_INFINITY) || 0)
    .map(({ cpu, names, agents }) => ({
      heading: ascii(cpu === undefined ? names.join(', ') : `CPU${cpu} (${names.join(', ')})`),
      agents,
    }));
}

/** The lines of a row; who it is, where a column has several agents. */
function textsOf(row: Row, view: View, lane: Lane, trace: Trace, { code }: PrintOptions): string[] {
  const name = view.columns.find((column) => column.id === row.agent)?.name ?? '';
  const who = lane.agents.length > 1 && row.agent !== lane.agents[0] ? `${name}: ` : '';
  const body = row.lines.map((part) => lineOf(row, part, false));
  const lines = row.loop ? [`${who}${row.loop}:`, ...body.map((t) => `  ${t}`)] : body.map((t) => who + t);
  if (code !== undefined) lines.push(...codeOf(trace, row, code));
  if (row.fault && trace.fault) lines.push(`<-- ${trace.fault.code} broken here`);
  return lines.map(ascii);
}

function table(view: View, trace: Trace, options: PrintOptions): string[] {
  const lanes = lanesOf(view);
  const cells = view.rows.map((row) =>
    lanes.map((lane) => (lane.agents.includes(row.agent) ? textsOf(row, view, lane, trace, options) : [])),
  );
  const demands = lanes.map((lane, k) => demandOf([lane.heading, ...cells.flatMap((row) => row[k]!)]));
  const room = roomFor(WIDTH, INDENT.length, lanes.length);
  const widths = shareWidths(demands, room, LEAST);
  if (!widths) return stacked(lanes, cells);
  const heads = [
    lanes.map((lane) => [lane.heading]),
    lanes.map((lane) => ['-'.repeat(Math.min(4, lane.heading.length))]),
  ];
  return [...heads, ...cells].flatMap((row) =>
    tableRow(row, widths).map((parts) => (INDENT + parts.join(gap)).trimEnd()),
  );
}

/** Too many CPUs for 75 columns: one below the other. */
function stacked(lanes: readonly Lane[], cells: readonly (readonly (readonly string[])[])[]): string[] {
  return cells.flatMap((row) =>
    row.flatMap((texts, k) => {
      if (texts.length === 0) return [];
      const lines = texts.flatMap((text) => wrap(text, WIDTH - 6, 2));
      return [`${INDENT}${lanes[k]!.heading}:`, ...lines.map((text) => `${INDENT}  ${text}`)];
    }),
  );
}

/** Text as paragraph. `git am` gives a meaning to some beginnings of a line: those get a blank. */
function paragraph(text: string): string[] {
  return wrap(ascii(text), WIDTH - 1).map((part) =>
    /^(---|#|diff -|Index: |>?From |From:|Subject:|Date:|scissors|-- )/.test(part) ? ` ${part}` : part,
  );
}

function layout(trace: Trace, options: PrintOptions = {}): string {
  const view = viewOf(trace, false);
  const memory = trace.memory === 'sc' ? '' : `, memory ${trace.memory}`;
  const where = `on ${trace.arch} (variant ${trace.variant}${memory})`;
  const out = trace.fault
    ? paragraph(`${trace.test} breaks ${trace.fault.code} ${where}: ${trace.fault.message}.`)
    : paragraph(`An execution of ${trace.test} ${where} in which no invariant breaks.`);
  out.push('', ...table(view, trace, options));
  if (view.end) {
    const note = view.faultAtEnd && trace.fault ? `  <-- ${trace.fault.code} broken here` : '';
    out.push(
      '',
      ...wrap(ascii(`At the end: ${view.end}.${note}`), WIDTH - INDENT.length, 2).map((t) => INDENT + t),
    );
  }
  if (trace.token) out.push('', 'To replay:', '', `${INDENT}racewalk replay ${ascii(trace.token)}`);
  return `${out.join('\n')}\n`;
}

/**
 * A trace as the `CPU0 / CPU1` table of a commit message: 7-bit ASCII, at most 75 columns (the replay line
 * excepted), no step numbers. Never throws. Of its options only `code` counts.
 *
 * @returns lines, each ended by a line feed
 */
export function lkml(trace: Trace, options: PrintOptions = {}): string {
  const dress = (lines: string[]) => `${lines.flatMap((text) => wrap(ascii(text), WIDTH, 2)).join('\n')}\n`;
  return total(layout, dress, trace, options);
}
