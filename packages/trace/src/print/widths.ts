/**
 * Shares out the width of a line among columns.
 */

/** What a column would like to have, in blanks: each at least as much as the next. */
export interface Demand {
  /** Nothing wraps. */
  readonly natural: number;
  /** Lines wrap between what was done and what came of it only. */
  readonly segment: number;
  /** Lines wrap between words only. */
  readonly word: number;
}

const sum = (widths: readonly number[]) => widths.reduce((a, b) => a + b, 0);

/**
 * Widths from `low` to `high` that fill `room`: columns that can do with little keep what they want, the
 * others share the rest evenly. `low` must fit.
 */
function between(low: readonly number[], high: readonly number[], room: number): number[] {
  const capped = (cap: number) => high.map((most, i) => Math.max(low[i]!, Math.min(most, cap)));
  let cap = 0;
  while (cap < Math.max(0, ...high) && sum(capped(cap + 1)) <= room) cap++;
  const widths = capped(cap);
  let left = room - sum(widths);
  return widths.map((width, i) => {
    if (left <= 0 || width >= high[i]! || width > cap) return width;
    left--;
    return width + 1;
  });
}

/**
 * Widths of columns within `room` blanks, breaking as little as possible.
 *
 * @returns null if a column that needs more would get less than `least`
 */
export function shareWidths(demands: readonly Demand[], room: number, least: number): number[] | null {
  const natural = demands.map((demand) => demand.natural);
  const segment = demands.map((demand) => demand.segment);
  // One overlong name is broken rather than let it squeeze all other columns.
  const fair = Math.max(least, Math.floor((1.25 * room) / demands.length));
  const word = demands.map((demand) => Math.min(demand.word, fair));
  if (sum(natural) <= room) return natural;
  if (sum(segment) <= room) return between(segment, natural, room);
  if (sum(word) <= room) return between(word, segment, room);
  const floor = natural.map((width) => Math.min(width, least));
  return sum(floor) <= room ? between(floor, segment, room) : null;
}
