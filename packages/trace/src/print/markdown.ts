/**
 * A trace for an issue or a web page: a table, one column per agent.
 */
import type { Trace } from '../schema.js';
import type { PrintOptions } from './options.js';
import { line } from './text.js';
import { total } from './total.js';
import { linesOf, viewOf } from './view.js';

/** Running text, so that nothing in it is taken for markup. */
function prose(text: string): string {
  return line(text).replace(/[\\`*_<>|~&#@]|\](?=[([])/g, (char) => (char === '@' ? '@\u200b' : `\\${char}`));
}

/** A code span; inside a table a bar must be escaped even there. */
function code(text: string): string {
  const inner = line(text).replaceAll('`', "'").replaceAll('|', '\\|').trim();
  return inner ? `\`${inner}\`` : '';
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

function layout(trace: Trace, { all = false }: PrintOptions): string {
  const view = viewOf(trace, all);
  const { fault } = trace;
  const out = [`### ${fault ? '✗' : '✓'} ${prose(trace.test)}`, ''];
  if (trace.title) out.push(prose(trace.title), '');
  out.push(fault ? `**${prose(fault.code)}**: ${prose(fault.message)}` : prose(view.verdict), '');
  out.push(`arch ${code(trace.arch)}, variant ${code(trace.variant)}, memory ${code(trace.memory)}  `);
  out.push(prose(view.stats), '');
  out.push(row(['step', ...view.columns.map((column) => prose(column.title))]));
  out.push(row(['---:', ...view.columns.map(() => '---')]));
  for (const r of view.rows) {
    const lines = linesOf(r).map(code).filter(Boolean);
    if (r.fault && fault) lines.push(`**← ${prose(fault.code)}**`);
    const number = r.fault ? `**${r.first + 1}**` : `${r.first + 1}`;
    const cells = view.columns.map((column) => (column.id === r.agent ? lines.join('<br>') : ''));
    out.push(row([number, ...cells]));
  }
  if (view.end) {
    const note = view.faultAtEnd && fault ? ` **← ${prose(fault.code)}**` : '';
    out.push('', `At the end: ${prose(view.end)}${note}`);
  }
  const notes = [...trace.hints, ...(all ? (trace.omits ?? []).map((text) => `not modelled: ${text}`) : [])];
  if (notes.length > 0) out.push('', ...notes.map((text) => `- ${prose(text)}`));
  if (trace.source) out.push('', `Source: ${prose(trace.source)}`);
  if (trace.token) out.push('', '```', `racewalk replay ${line(trace.token)}`, '```');
  return `${out.join('\n')}\n`;
}

function fenced(lines: string[]): string {
  return ['```', ...lines.map((text) => text.replaceAll('```', "'''")), '```', ''].join('\n');
}

/** A trace as GitHub-flavoured Markdown. Never throws. Honours `all`. */
export function markdown(trace: Trace, options: PrintOptions = {}): string {
  return total(layout, fenced, trace, options);
}
