/**
 * A trace as one self-contained picture: a life line per agent, a box per row, a thread through the boxes in
 * the order in which they ran.
 */
import type { Trace } from '../schema.js';
import type { PrintOptions } from './options.js';
import { type Box, box, CHAR, document, LINE, type Mark, texts } from './svg-parts.js';
import { wrapCell } from './table.js';
import { line, widthOf, wrap } from './text.js';
import { total } from './total.js';
import { linesOf, type View, viewOf } from './view.js';

const PAD = 8;
const GAP = 14;
const LEFT = 56;
const MOST_CHARS = 34;
const LEAST_CHARS = 12;

interface Lane {
  readonly x: number;
  readonly chars: number;
}

function lanesOf(view: View): Lane[] {
  let x = LEFT;
  return view.columns.map((column) => {
    const texts = view.rows.flatMap((row) => (row.agent === column.id ? linesOf(row) : []));
    const longest = Math.max(LEAST_CHARS, widthOf(column.title), ...texts.map(widthOf));
    const chars = Math.min(MOST_CHARS, longest);
    const lane = { x, chars };
    x += chars * CHAR + 2 * PAD + GAP;
    return lane;
  });
}

function boxAt(lane: Lane, y: number, lines: readonly string[], mark: Mark): Box {
  const wrapped = lines.flatMap((text) => wrapCell(text, lane.chars));
  const height = wrapped.length * LINE + PAD;
  return { x: lane.x, y, width: lane.chars * CHAR + 2 * PAD, height, lines: wrapped, mark };
}

function headingOf(trace: Trace, view: View, chars: number): { text: string; mark: Mark }[] {
  const { fault } = trace;
  const about = `arch ${trace.arch}   variant ${trace.variant}   memory ${trace.memory}`;
  const parts: [string, Mark][] = [
    [`${fault ? '✗' : '✓'} ${trace.test}`, 'strong'],
    [view.verdict, fault ? 'bad' : 'plain'],
    [about, 'dim'],
    [view.stats, 'dim'],
  ];
  return parts.flatMap(([text, mark]) => wrap(line(text), chars, 2).map((part) => ({ text: part, mark })));
}

function layout(trace: Trace, { all = false }: PrintOptions): string {
  const view = viewOf(trace, all);
  const lanes = lanesOf(view);
  const last = lanes.at(-1);
  const width = Math.max(480, last ? last.x + last.chars * CHAR + 2 * PAD + GAP : 0);
  const chars = Math.floor((width - 2 * GAP) / CHAR);

  const heading = headingOf(trace, view, chars);
  let y = GAP + heading.length * LINE + GAP;
  const heads = view.columns.map((column, i) => boxAt(lanes[i]!, y, [column.title], 'strong'));
  const top = y + Math.max(0, ...heads.map((head) => head.height));
  y = top + GAP;

  const numbers: string[] = [];
  const boxes: Box[] = [];
  for (const row of view.rows) {
    const lane = lanes[view.columns.findIndex((column) => column.id === row.agent)]!;
    const lines =
      row.fault && trace.fault ? [...linesOf(row), `← ${trace.fault.code} broken here`] : linesOf(row);
    // Room for the line that leads over from another column.
    if (boxes.length > 0 && boxes.at(-1)!.x !== lane.x) y += GAP / 2;
    const next = boxAt(lane, y, lines, row.fault ? 'bad' : 'plain');
    numbers.push(texts(LEFT - GAP, y + PAD / 2, [`${row.first + 1}`], row.fault ? 'bad' : 'dim', 'end'));
    boxes.push(next);
    y += next.height + 6;
  }
  const bottom = y;
  const foot = [
    ...(view.end
      ? [`at the end: ${view.end}${view.faultAtEnd ? `  ← ${trace.fault?.code} broken here` : ''}`]
      : []),
    ...trace.hints.map((hint) => `hint: ${line(hint)}`),
  ].flatMap((text) => wrap(text, chars, 2));
  const height = bottom + GAP + foot.length * LINE + GAP;

  const middle = (b: Box) => b.x + b.width / 2;
  const life = heads.map((b) => `<path class="life" d="M${middle(b)} ${top}V${bottom}"/>`);
  const order = boxes.slice(1).flatMap((b, i) => {
    const from = boxes[i]!;
    if (from.x === b.x) return [];
    return `<path class="order" d="M${middle(from)} ${from.y + from.height}L${middle(b)} ${b.y}"/>`;
  });
  const title = line(`${trace.test} on ${trace.arch}`);
  return document(width, height, title, view.verdict, [
    ...heading.map((part, i) => texts(GAP, GAP + i * LINE, [part.text], part.mark)),
    ...life,
    ...order,
    ...[...heads, ...boxes].map((b) => box(b, PAD)),
    ...numbers,
    texts(GAP, bottom + GAP, foot, 'plain'),
  ]);
}

function plainList(lines: string[]): string {
  const chars = Math.max(40, ...lines.map(widthOf));
  const size = [chars * CHAR + 2 * GAP, lines.length * LINE + 2 * GAP] as const;
  return document(...size, 'trace', lines[0] ?? '', [texts(GAP, GAP, lines, 'plain')]);
}

/**
 * A trace as an SVG document without scripts, fonts or links; follows the reader's light or dark colour
 * scheme. Never throws. Honours `all`.
 */
export function svg(trace: Trace, options: PrintOptions = {}): string {
  return total(layout, plainList, trace, options);
}
