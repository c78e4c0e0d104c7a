/** How a cell looks, and what it says. */
import type { CellTuple, VariantInfo } from '../data/matrix.js';

/** Holds, caught (violates as expected), not applicable, bounded, or not as expected. */
export type Look = 'h' | 'v' | 'n' | 'b' | 'u';

export function lookOf(cell: CellTuple | null): Look {
  if (cell === null || cell[0] === 'not-applicable') return 'n';
  if (cell[0] === 'bounded') return 'b';
  if (cell[2] === 0) return 'u';
  return cell[0] === 'violates' ? 'v' : 'h';
}

/** In a few words, for screen readers and titles. */
export function saidOf(cell: CellTuple | null): string {
  if (cell === null || cell[0] === 'not-applicable') return 'does not apply';
  const [verdict, code, expected] = cell;
  const what = verdict === 'violates' ? `breaks ${code}` : verdict;
  return expected === 0 ? `${what}, not as expected` : what;
}

/** In one word, for the table. */
export function wordOf(cell: CellTuple | null): string {
  if (cell === null || cell[0] === 'not-applicable') return '–';
  if (cell[0] === 'violates') return cell[1];
  return cell[0] === 'holds' ? '✓' : cell[0] === 'bounded' ? '…' : '‼';
}

/** The looks of a race's own cell and its variants on one plug-in, in words: `holds; 3 of 4 caught`. */
export function summaryOf(variants: readonly VariantInfo[], column: number): string {
  const upstream = variants.find(({ name }) => name === 'upstream');
  const others = variants.filter(({ name }) => name !== 'upstream');
  const caught = others.filter(({ cells }) => cells[column]?.[0] === 'violates').length;
  const own = upstream === undefined ? '' : saidOf(upstream.cells[column] ?? null);
  const rest = others.length === 0 ? '' : `${caught} of ${others.length} variants break`;
  return [own, rest].filter((part) => part !== '').join('; ');
}

/** `mutant:no-flush` is shown as `no-flush`, a release in full. */
export const shortName = (variant: string): string =>
  variant
    .replace(/^mutant:/, '')
    .replace(/^linux:/, 'Linux ')
    .replace(/^upstream$/, 'as it is meant to be');
