/**
 * Shares out the width of a line among columns.
 */

/**
 * Widths of columns that would like to be `natural` wide, within `room` blanks. Narrow columns keep what
 * they want; the wide ones share the rest evenly.
 *
 * @returns null if a column that needs more would get less than `least`
 */
export function shareWidths(natural: readonly number[], room: number, least: number): number[] | null {
  const out = natural.map(() => 0);
  const order = natural.map((_, i) => i).sort((a, b) => natural[a]! - natural[b]!);
  let left = room;
  for (const [done, i] of order.entries()) {
    const share = Math.floor(left / (order.length - done));
    const width = Math.min(natural[i]!, share);
    if (width < Math.min(natural[i]!, least)) return null;
    out[i] = width;
    left -= width;
  }
  return out;
}
