/**
 * Numbers in a text that may move from one step of a run to the next: `[3]`, the index of an entry, and
 * `0x43`, the number of its frame.
 */
const NUMBER = /\[(\d+)\]|\b0x[0-9a-f]{1,12}\b/g;

/** A text with its numbers taken out. */
export interface Holed {
  /** The text around the numbers, brackets included: one part more than there are numbers. */
  readonly parts: readonly string[];
  readonly values: readonly number[];
  /** How they were written, without brackets. */
  readonly written: readonly string[];
}

/** Takes the numbers out. */
export function pierce(text: string): Holed {
  const parts: string[] = [];
  const values: number[] = [];
  const written: string[] = [];
  let end = 0;
  for (const match of text.matchAll(NUMBER)) {
    const [whole, index] = match;
    const bracket = index === undefined ? 0 : 1;
    parts.push(text.slice(end, match.index + bracket));
    values.push(Number(index ?? whole));
    written.push(index ?? whole);
    end = match.index + whole.length - bracket;
  }
  return { parts: [...parts, text.slice(end)], values, written };
}

const isHex = (holed: Holed, at: number) => holed.written[at]!.startsWith('0x');

/** Another number in the way the one at this place was written. */
export function numeral(holed: Holed, at: number, value: number): string {
  if (!isHex(holed, at)) return `${value}`;
  return value === holed.values[at] ? holed.written[at]! : `0x${value.toString(16)}`;
}

/** Puts numbers, or names for numbers, back in. */
export function fill(holed: Holed, name: (at: number) => string): string {
  return holed.parts.map((part, i) => (i === 0 ? part : name(i - 1) + part)).join('');
}

/** How far each number moves from `a` to `b`; null if the texts differ otherwise or a number leaps. */
export function strideOf(a: Holed, b: Holed): number[] | null {
  if (a.parts.length !== b.parts.length || a.parts.some((part, i) => part !== b.parts[i])) return null;
  if (a.values.some((_, i) => isHex(a, i) !== isHex(b, i))) return null;
  const moves = a.values.map((value, i) => b.values[i]! - value);
  return moves.every((move) => Math.abs(move) <= 1) ? moves : null;
}

/** The text of a run: `[0..3]` and `0x40..0x43` where a number moves. */
export function rangeText(first: Holed, last: Holed): string {
  return fill(first, (i) => {
    const [from, to] = [first.values[i]!, last.values[i]!];
    const start = numeral(first, i, from);
    return from === to ? start : `${start}..${numeral(first, i, to)}`;
  });
}
