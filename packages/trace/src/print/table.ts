/**
 * Rows of cells as lines of text, wrapped inside their columns.
 */
import { pad, wrap } from './text.js';

const GAP = 2;

/** One line of a table row: the text of each column, already filled up to its width. */
export type TableLine = readonly string[];

/** Blanks between columns. */
export const gap = ' '.repeat(GAP);

/** Room that `count` columns have on a line of `width` behind a margin. */
export function roomFor(width: number, margin: number, count: number): number {
  return width - margin - GAP * Math.max(0, count - 1);
}

/** Wraps the texts of one row, each a list of lines, to their widths. */
export function tableRow(cells: readonly (readonly string[])[], widths: readonly number[]): TableLine[] {
  const wrapped = cells.map((lines, i) =>
    lines.flatMap((text) => {
      const own = /^ */.exec(text)?.[0].length ?? 0;
      return wrap(text.slice(own), widths[i]! - own, 2).map((part) => ' '.repeat(own) + part);
    }),
  );
  const height = Math.max(1, ...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, y) => wrapped.map((lines, i) => pad(lines[y] ?? '', widths[i]!)));
}
