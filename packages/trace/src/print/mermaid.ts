/**
 * A trace as a Mermaid sequence diagram: agents on one side, memory on the other.
 */
import type { EventKind, Trace } from '../schema.js';
import type { PrintOptions } from './options.js';
import { line } from './text.js';
import { total } from './total.js';
import { linesOf, viewOf } from './view.js';

const MEMORY = 'm';

/** Mermaid reads `;` as end of line, `#` as an entity, `%%` as a comment; labels are HTML. */
function quoted(text: string): string {
  return line(text).replace(/[#;%<>&"{}]/g, (char) => `#${char.codePointAt(0)};`);
}

const STORES: ReadonlySet<EventKind> = new Set(['write', 'flush', 'or']);
const ALONE: ReadonlySet<EventKind> = new Set(['choose', 'fence', 'await', 'retry']);

/** A load points at the agent, a store at memory, what does both in both directions. */
function arrow(agent: string, kind: EventKind, touches: boolean, text: string): string {
  if (!touches || ALONE.has(kind)) return `Note over ${agent}: ${text}`;
  if (kind === 'read') return `${MEMORY}-->>${agent}: ${text}`;
  return STORES.has(kind) ? `${agent}->>${MEMORY}: ${text}` : `${agent}<<->>${MEMORY}: ${text}`;
}

function layout(trace: Trace, { all = false }: PrintOptions): string {
  const view = viewOf(trace, all);
  const about = `${trace.test} on ${trace.arch}, variant ${trace.variant}, memory ${trace.memory}`;
  const out = ['sequenceDiagram', `title ${quoted(about)}`];
  view.columns.forEach((column, i) => {
    out.push(`participant a${i} as ${quoted(column.title) || 'agent'}`);
  });
  out.push(`participant ${MEMORY} as memory`);
  for (const row of view.rows) {
    const event = trace.events[row.first]!;
    const agent = `a${view.columns.findIndex((column) => column.id === row.agent)}`;
    const text = [
      `${row.first + 1}. `,
      linesOf(row)
        .map((part) => quoted(part.trim()))
        .join('<br/>'),
    ].join('');
    out.push(arrow(agent, event.kind, event.cells.length > 0, text));
    if (row.fault && trace.fault) out.push(`Note over ${agent},${MEMORY}: ✗ ${quoted(view.verdict)}`);
  }
  const over = view.columns.length > 0 ? `a0,${MEMORY}` : MEMORY;
  if (view.end) out.push(`Note over ${over}: at the end: ${quoted(view.end)}`);
  if (view.faultAtEnd || !trace.fault) {
    out.push(`Note over ${over}: ${trace.fault ? '✗' : '✓'} ${quoted(view.verdict)}`);
  }
  return `${out.map((text, i) => (i === 0 ? text : `  ${text}`)).join('\n')}\n`;
}

function notes(lines: string[]): string {
  const body = lines.map((text) => `  Note over ${MEMORY}: ${quoted(text)}`);
  return ['sequenceDiagram', `  participant ${MEMORY} as events`, ...body, ''].join('\n');
}

/** A trace as Mermaid `sequenceDiagram` source (11 or newer). Never throws. Honours `all`. */
export function mermaid(trace: Trace, options: PrintOptions = {}): string {
  return total(layout, notes, trace, options);
}
