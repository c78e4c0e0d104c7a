/**
 * The schedule of a token, in runs.
 *
 * An entry >= 0 is a thread number, an entry `~c` (that is, -1-c) the alternative c of a choice. A thread
 * takes many steps in a row, so a run costs one byte for what and, if longer than one, one for how often.
 */
import type { ByteReader, ByteWriter } from './bytes.js';

/** Longest schedule a token may hold. A longer one belongs into a trace file. */
export const MAX_PATH = 1_000_000;

/** Largest thread number and largest alternative. */
export const MAX_ENTRY = 0x3fffffff;

/** True for what may stand in a path. */
export function isPathEntry(entry: number): boolean {
  return Number.isInteger(entry) && entry <= MAX_ENTRY && entry >= -1 - MAX_ENTRY;
}

/** Writes the number of entries, then the runs. */
export function writePath(out: ByteWriter, path: readonly number[]): void {
  out.varint(path.length);
  for (let i = 0; i < path.length; ) {
    const entry = path[i]!;
    let end = i + 1;
    while (end < path.length && path[end] === entry) end++;
    const what = entry >= 0 ? entry * 2 : ~entry * 2 + 1;
    const length = end - i;
    out.varint(what * 2 + (length > 1 ? 1 : 0));
    if (length > 1) out.varint(length - 2);
    i = end;
  }
}

/** Reads what {@link writePath} wrote; throws `RangeError` on anything else. */
export function readPath(from: ByteReader): number[] {
  const total = from.varint();
  if (total > MAX_PATH) throw new RangeError(`its schedule has more than ${MAX_PATH} entries`);
  const path: number[] = [];
  while (path.length < total) {
    const head = from.varint();
    const what = Math.floor(head / 2);
    const value = Math.floor(what / 2);
    if (value > MAX_ENTRY) throw new RangeError('a thread number in it is too large');
    const length = head % 2 === 1 ? from.varint() + 2 : 1;
    if (path.length + length > total) throw new RangeError('its schedule is longer than it says');
    const entry = what % 2 === 1 ? ~value : value;
    for (let i = 0; i < length; i++) path.push(entry);
  }
  return path;
}
