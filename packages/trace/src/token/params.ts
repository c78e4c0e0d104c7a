/**
 * Scenario parameters inside a token: sorted by name, so that equal parameters give equal tokens.
 */
import type { TraceParams } from '../schema.js';
import type { ByteReader, ByteWriter } from './bytes.js';

const FALSE = 0;
const TRUE = 1;
const TEXT = 2;
const NATURAL = 3;
const NEGATIVE = 4;
const DOUBLE = 5;

function writeValue(out: ByteWriter, value: number | string | boolean): void {
  if (typeof value === 'boolean') {
    out.byte(value ? TRUE : FALSE);
  } else if (typeof value === 'string') {
    out.byte(TEXT);
    out.text(value);
  } else if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    out.byte(value < 0 ? NEGATIVE : NATURAL);
    out.varint(Math.abs(value));
  } else {
    out.byte(DOUBLE);
    out.double(value);
  }
}

function readValue(from: ByteReader): number | string | boolean {
  const type = from.byte();
  if (type === FALSE || type === TRUE) return type === TRUE;
  if (type === TEXT) return from.text();
  if (type === NATURAL) return from.varint();
  if (type === NEGATIVE) return -from.varint();
  if (type === DOUBLE) return from.double();
  throw new RangeError('a parameter in it has an unknown type');
}

/** Writes their number, then name and value of each. */
export function writeParams(out: ByteWriter, params: TraceParams): void {
  const names = Object.keys(params).sort();
  out.varint(names.length);
  for (const name of names) {
    out.text(name);
    writeValue(out, params[name]!);
  }
}

/** Reads what {@link writeParams} wrote; throws `RangeError` on anything else. */
export function readParams(from: ByteReader): TraceParams {
  const entries: [string, number | string | boolean][] = [];
  for (let left = from.varint(); left > 0; left--) entries.push([from.text(), readValue(from)]);
  return Object.fromEntries(entries);
}
