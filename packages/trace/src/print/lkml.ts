/**
 * The form in which kernel developers write a race into a commit message: one column per CPU, plain ASCII. What matters
 * of it in a few lines, or all of it.
 */
import type { Row } from '../fold.js';
import type { Trace } from '../schema.js';
import { shortId } from '../token/short-id.js';
import { kernelWords } from './kernel-words.js';
import { byWeight } from './matters.js';
import type { PrintOptions } from './options.js';
import { codeOf } from './sources.js';
import { demandOf, gap, roomFor, tableRow } from './table.js';
import { ascii, line, wrap } from './text.js';
import { total } from './total.js';
import { lineOf, type View, viewOf } from './view.js';
import { shareWidths } from './widths.js';

const WIDTH = 72;
const INDENT = '  ';
const LEAST = 14;
/** Lines of the table in short, its head included. */
const MOST = 12;

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
  const body = row.lines.map((part) => kernelWords(lineOf(row, part, false)));
  const lines = row.loop ? [`${who}${row.loop}:`, ...body.map((t) => `  ${t}`)] : body.map((t) => who + t);
  if (code !== undefined) lines.push(...codeOf(trace, row, code));
  if (row.fault && trace.fault) lines.push(`<-- ${trace.fault.code} broken here`);
  return lines.map(ascii);
}

function table(view: View, trace: Trace, options: PrintOptions, rows: readonly Row[] = view.rows): string[] {
  const acts = (lane: Lane): boolean => rows.some(({ agent }) => lane.agents.includes(agent));
  const lanes = lanesOf(view).filter((lane) => rows === view.rows || acts(lane));
  const cells = rows.map((row) =>
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

/** The rows that matter most, as many as fit, in the order of the execution. */
function short(view: View, trace: Trace, options: PrintOptions): string[] {
  const most = view.faultAtEnd ? MOST - 1 : MOST;
  let shown: Row[] = [];
  let lines: string[] = [];
  for (const row of byWeight(trace, view.rows)) {
    const longer = [...shown, row].sort((a, b) => a.first - b.first);
    const more = table(view, trace, options, longer);
    if (more.length > most && shown.length > 0) continue;
    shown = longer;
    lines = more;
  }
  return lines;
}

function heading(trace: Trace): string[] {
  const memory = trace.memory === 'sc' ? '' : `, memory ${trace.memory}`;
  const where = `on ${trace.arch} (variant ${trace.variant}${memory})`;
  return trace.fault
    ? paragraph(`${trace.test} breaks ${trace.fault.code} ${where}: ${trace.fault.message}.`)
    : paragraph(`An execution of ${trace.test} ${where} in which no invariant breaks.`);
}

/** Names that a shell takes as they are; a trace may come from a stranger. */
const PLAIN = /^[\w./:+-]+$/;

/** The command that looks for the execution; never broken within a name. */
function command({ test: id, arch, variant }: Trace, { named: test = id }: PrintOptions): string[] {
  if (![test, arch, variant].every((name) => PLAIN.test(line(name)))) return [];
  const options = [`--arch ${arch}`, `--variant ${variant}`];
  const together = options.join(' ');
  const rest = together.length > WIDTH - 8 ? options : [together];
  const parts = [`racewalk explain ${test}`, ...rest.map((text) => `    ${text}`)];
  return parts.map((text, i) => `${INDENT}${text}${i < parts.length - 1 ? ' \\' : ''}`);
}

/** What finds the execution again: the command, and a checksum of its token as commits have one. */
function references(trace: Trace, options: PrintOptions): string[] {
  const { token, test } = trace;
  const id = token === undefined ? [] : [`Racewalk: ${shortId(line(token))} ("${ascii(test)}")`];
  return [command(trace, options), id].filter((lines) => lines.length > 0).flatMap((lines) => ['', ...lines]);
}

function brief(trace: Trace, options: PrintOptions): string {
  const view = viewOf(trace, false);
  const out = [...heading(trace), '', ...short(view, trace, options)];
  if (view.faultAtEnd && trace.fault)
    out.push(`${INDENT}At the end: <-- ${ascii(trace.fault.code)} broken here`);
  out.push(...references(trace, options));
  return `${out.join('\n').trimEnd()}\n`;
}

function layout(trace: Trace, options: PrintOptions = {}): string {
  if (options.all !== true) return brief(trace, options);
  const view = viewOf(trace, false);
  const out = [...heading(trace), '', ...table(view, trace, options)];
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
 * A trace as the `CPU0 / CPU1` table of a commit message: 7-bit ASCII, at most 72 columns, no step numbers. Of its steps the
 * ones that matter, in at most 12 lines; with `all` every step, the words at the end and the replay line, which alone may be longer.
 * Never throws. Of its options only `all`, `code` and `named` count.
 *
 * @returns lines, each ended by a line feed
 */
export function lkml(trace: Trace, options: PrintOptions = {}): string {
  const dress = (lines: string[]) => `${lines.flatMap((text) => wrap(ascii(text), WIDTH, 2)).join('\n')}\n`;
  return total(layout, dress, trace, options);
}
