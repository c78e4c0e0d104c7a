/** Literals. */
import { type IntType, T } from '../types/ctype.js';

/** An integer and its type, or null if the text is none. */
export function literal(text: string): { type: IntType; value: bigint } | null {
  const m = /^(-?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[0-7]*|[1-9][0-9]*)([uUlL]*)$/.exec(text);
  if (m === null) return null;
  const [, sign, digits = '0', suffix = ''] = m;
  const magnitude = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const unsigned = /u/i.test(suffix);
  const long = /l/i.test(suffix);
  const decimal = !/^0./.test(digits);
  const types = [T.int, T.uint, T.long, T.ulong].filter(
    (t) => (!long || t.bits === 64) && (unsigned ? !t.signed : t.signed || !decimal),
  );
  const type = types.find((t) => magnitude < 1n << BigInt(t.bits - (t.signed ? 1 : 0))) ?? T.ulong;
  const negated = type.signed ? BigInt.asIntN(type.bits, -magnitude) : BigInt.asUintN(type.bits, -magnitude);
  return { type, value: sign === '-' ? negated : magnitude };
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13, '0': 0, '\\': 92, "'": 39 };

/** The value of `'c'`. */
export function charOf(text: string): bigint {
  const inner = text.slice(1, -1);
  return BigInt(inner[0] === '\\' ? (ESCAPES[inner[1] ?? ''] ?? 0) : (inner.codePointAt(0) ?? 0));
}
