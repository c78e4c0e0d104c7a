/**
 * Rows of cells as lines of text, wrapped inside their columns.
 */
import { pad, widthOf, wrap } from './text.js';
import type { Demand } from './widths.js';

const GAP = 2;
const HANG = 2;

/** One line of a table row: the text of each column, already filled up to its width. */
export type TableLine = readonly string[];

/** Blanks between columns. */
export const gap = ' '.repeat(GAP);

/** Room that `count` columns have on a line of `width` behind a margin. */
export function roomFor(width: number, margin: number, count: number): number {
  return width - margin - GAP * Math.max(0, count - 1);
}

/** What a column with these lines would like to have. */
export function demandOf(lines: readonly string[]): Demand {
  const demand = { natural: 0, segment: 0, word: 0 };
  for (const text of lines) {
    const inner = text.trimStart();
    const own = widthOf(text) - widthOf(inner);
    // What is not the first of its line stands behind the hanging indent.
    const widest = (parts: readonly string[]) =>
      Math.max(...parts.map((part, i) => own + widthOf(part) + (i === 0 ? 0 : HANG)));
    demand.natural = Math.max(demand.natural, widthOf(text));
    demand.segment = Math.max(demand.segment, widest(inner.split(/ {2,}/)));
    demand.word = Math.max(demand.word, widest(inner.split(/ +/)));
  }
  return {
    natural: demand.natural,
    segment: Math.min(demand.segment, demand.natural),
    word: Math.min(demand.word, demand.segment, demand.natural),
  };
}

/** Breaks a line to `width`; its own indentation is kept, what follows hangs. */
export function wrapCell(text: string, width: number): string[] {
  const inner = text.trimStart();
  const own = ' '.repeat(widthOf(text) - widthOf(inner));
  return wrap(inner, Math.max(1, width - own.length), HANG).map((part) => own + part);
}

/** Wraps the texts of one row, each a list of lines, to their widths. */
export function tableRow(cells: readonly (readonly string[])[], widths: readonly number[]): TableLine[] {
  const wrapped = cells.map((lines, i) => lines.flatMap((text) => wrapCell(text, widths[i]!)));
  const height = Math.max(1, ...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, y) => wrapped.map((lines, i) => pad(lines[y] ?? '', widths[i]!)));
}
