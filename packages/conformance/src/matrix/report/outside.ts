/**
 * State outside a race lives on from one cell to the next of a process: the first cell is refused, and those behind it may
 * find the state at rest. What one of them showed is so for all of them.
 */
import type { ReportCell } from '../schema/report.js';

const CODE = 'RACEWALK_HIDDEN_STATE';

const variantOf = ({ test, variant }: ReportCell): string => `${test} ${variant}`;

/** A verdict on a variant that was seen, on some architecture, to depend on what is no word of memory, is none. */
export function withoutOutside(cells: readonly ReportCell[]): readonly ReportCell[] {
  const seen = new Map<string, string>();
  for (const cell of cells) {
    if (cell.verdict === 'error' && cell.reason?.startsWith(CODE)) seen.set(variantOf(cell), cell.arch);
  }
  if (seen.size === 0) return cells;
  return cells.map((cell): ReportCell => {
    const arch = seen.get(variantOf(cell));
    if (arch === undefined || (cell.verdict !== 'holds' && cell.verdict !== 'violates')) return cell;
    const { invariant: _, ...rest } = cell;
    const reason = `${CODE}: it depends on something that is no word of memory, as ${arch} shows; what it came to here, ${cell.verdict}, is no verdict`;
    return { ...rest, verdict: 'error', reason, asExpected: false };
  });
}
