/**
 * Shares out the width of a line among columns.
 */

/** What a column would like to have, in blanks. */
export interface Demand {
  /** Nothing wraps. */
  readonly natural: number;
  /** No word is broken; at most `natural`. */
  readonly unbroken: number;
}

/** Brings `wanted` down to `room`: narrow columns keep what they want, the wide ones share the rest evenly. */
function level(wanted: readonly number[], room: number): number[] {
  const out = wanted.map(() => 0);
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!);
  let left = room;
  for (const [done, i] of order.entries()) {
    out[i] = Math.min(wanted[i]!, Math.floor(left / (order.length - done)));
    left -= out[i];
  }
  return out;
}

/**
 * Widths of columns within `room` blanks: first so that no word breaks, then what is left to those that still
 * wrap.
 *
 * @returns null if a column that needs more would get less than `least`
 */
export function shareWidths(demands: readonly Demand[], room: number, least: number): number[] | null {
  const unbroken = demands.map((demand) => Math.min(demand.unbroken, demand.natural));
  const spare = room - unbroken.reduce((sum, width) => sum + width, 0);
  if (spare >= 0) {
    const extra = level(
      demands.map(({ natural }, i) => natural - unbroken[i]!),
      spare,
    );
    return unbroken.map((width, i) => width + extra[i]!);
  }
  const widths = level(
    demands.map(({ natural }) => natural),
    room,
  );
  return widths.some((width, i) => width < Math.min(least, demands[i]!.natural)) ? null : widths;
}
