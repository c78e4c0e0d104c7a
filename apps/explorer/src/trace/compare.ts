/** Two schedules side by side: the longest common sequence of what was done, and the first difference. */
import type { Picture, PictureStep } from './model.js';

/** A row of a comparison: the step on each side, if there is one. */
export interface PairRow {
  readonly left: PictureStep | null;
  readonly right: PictureStep | null;
  /** The same step with the same outcome, the same step with another, or no counterpart. */
  readonly same: 'equal' | 'alike' | 'none';
}

/** What a step is, whatever its architecture calls the words. */
const keyOf = ({ lanes }: Picture, { lane, op, event, buffered }: PictureStep): string =>
  `${lanes[lane]?.agent} ${event.flusher === true ? 'flush' : event.does} ${op} ${event.on[0] ?? ''} ${buffered && event.flusher !== true ? '' : ''}`;

/** Rows for two pictures. */
export function pairs(left: Picture, right: Picture): PairRow[] {
  const a = left.steps.map((step) => keyOf(left, step));
  const b = right.steps.map((step) => keyOf(right, step));
  const n = a.length;
  const m = b.length;
  // table[i][j]: length of the longest common sequence of the steps from i and from j on.
  const table = Array.from({ length: n + 1 }, () => new Int32Array(m + 1));
  for (let i = n - 1; i >= 0; i--) {
    for (let j = m - 1; j >= 0; j--) {
      const row = table[i] as Int32Array;
      const next = table[i + 1] as Int32Array;
      row[j] = a[i] === b[j] ? (next[j + 1] ?? 0) + 1 : Math.max(next[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  const rows: PairRow[] = [];
  let i = 0;
  let j = 0;
  while (i < n || j < m) {
    const l = left.steps[i] ?? null;
    const r = right.steps[j] ?? null;
    if (l !== null && r !== null && a[i] === b[j]) {
      const equal = l.value === r.value && l.bad === r.bad;
      rows.push({ left: l, right: r, same: equal ? 'equal' : 'alike' });
      i++;
      j++;
    } else if (r === null || (l !== null && (table[i + 1]?.[j] ?? 0) >= (table[i]?.[j + 1] ?? 0))) {
      rows.push({ left: l, right: null, same: 'none' });
      i++;
    } else {
      rows.push({ left: null, right: r, same: 'none' });
      j++;
    }
  }
  return rows;
}

/** The row of the first difference, or -1. */
export const firstDifference = (rows: readonly PairRow[]): number =>
  rows.findIndex(({ same }) => same !== 'equal');
