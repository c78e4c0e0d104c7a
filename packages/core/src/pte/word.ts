/**
 * Interned 64-bit words.
 *
 * A page-table entry is one immutable object per distinct value, so `===` is equality, shared memory
 * can hold the small integer `id`, and the bits are two 32-bit halves that need no BigInt. The number of
 * distinct entries in a model is tiny; the table lives as long as the process.
 */
import { RacewalkError } from '../errors.js';

/** A 64-bit value. `lo` holds bits 0…31, `hi` bits 32…63, both as unsigned numbers. */
export interface PteWord {
  readonly lo: number;
  readonly hi: number;
  /** Small integer that stands for this value in shared memory; 0 is the zero word. */
  readonly id: number;
}

const byId: PteWord[] = [];
/**
 * Results of `pteOr` and `pteAndNot` by the ids of both words: updates become one look-up. They are kept beside the
 * words: a comparison of two words in depth, as test runners make it, would otherwise walk through all words there are.
 */
const orOf: Map<number, PteWord>[] = [];
const andNotOf: Map<number, PteWord>[] = [];
const byHi = new Map<number, Map<number, PteWord>>();

/** The word with these halves (taken modulo 2^32). */
export function pteWord(lo: number, hi: number): PteWord {
  const l = lo >>> 0;
  const h = hi >>> 0;
  let row = byHi.get(h);
  if (row === undefined) {
    row = new Map();
    byHi.set(h, row);
  }
  let word = row.get(l);
  if (word === undefined) {
    word = { lo: l, hi: h, id: byId.length };
    byId.push(word);
    orOf.push(new Map());
    andNotOf.push(new Map());
    row.set(l, word);
  }
  return word;
}

/** The zero word: an empty entry, id 0. */
export const PTE_ZERO: PteWord = pteWord(0, 0);

/** The word an id in shared memory stands for. */
export function pteById(id: number): PteWord {
  const word = byId[id];
  if (word === undefined) throw new RacewalkError('RACEWALK_INTERNAL', `no interned word has id ${id}`);
  return word;
}

/** All bits of `a` and of `b`. */
export function pteOr(a: PteWord, b: PteWord): PteWord {
  const cache = orOf[a.id]!;
  let r = cache.get(b.id);
  if (r === undefined) {
    r = pteWord(a.lo | b.lo, a.hi | b.hi);
    cache.set(b.id, r);
  }
  return r;
}

/** The bits of `a` that `mask` does not have. */
export function pteAndNot(a: PteWord, mask: PteWord): PteWord {
  const cache = andNotOf[a.id]!;
  let r = cache.get(mask.id);
  if (r === undefined) {
    r = pteWord(a.lo & ~mask.lo, a.hi & ~mask.hi);
    cache.set(mask.id, r);
  }
  return r;
}

/** The bits both have. */
export function pteAnd(a: PteWord, mask: PteWord): PteWord {
  return pteWord(a.lo & mask.lo, a.hi & mask.hi);
}

/** Whether `a` has at least one bit of `mask`. */
export function pteAny(a: PteWord, mask: PteWord): boolean {
  return ((a.lo & mask.lo) | (a.hi & mask.hi)) !== 0;
}

/** Whether `a` has every bit of `mask`. */
export function pteAll(a: PteWord, mask: PteWord): boolean {
  return (a.lo & mask.lo) >>> 0 === mask.lo && (a.hi & mask.hi) >>> 0 === mask.hi;
}

/** The word with bit `n` (0 … 63) set. */
export function bit(n: number): PteWord {
  return n < 32 ? pteWord(2 ** n, 0) : pteWord(0, 2 ** (n - 32));
}

/** The word with bits `from` … `to` set, both included. */
export function bits(from: number, to: number): PteWord {
  let word = PTE_ZERO;
  for (let n = from; n <= to; n++) word = pteOr(word, bit(n));
  return word;
}

/** The number in bits `from` … `to`; at most 53 bits wide. */
export function fieldOf(word: PteWord, from: number, to: number): number {
  const value = (pteToBigInt(word) >> BigInt(from)) & ((1n << BigInt(to - from + 1)) - 1n);
  return Number(value);
}

/** `value` placed in bits `from` … `to`; throws if it does not fit. */
export function fieldWord(value: number, from: number, to: number): PteWord {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** (to - from + 1)) {
    throw new RacewalkError('RACEWALK_RANGE', `${value} does not fit in bits ${to}:${from}`, {
      expected: `an integer from 0 to 2^${to - from + 1} - 1`,
    });
  }
  return pteFromBigInt(BigInt(value) << BigInt(from));
}

/** Only for parsing, printing and comparison with manuals. */
export function pteToBigInt(word: PteWord): bigint {
  return (BigInt(word.hi) << 32n) | BigInt(word.lo);
}

/** The word of a 64-bit unsigned value; throws outside 0 … 2^64 - 1. */
export function pteFromBigInt(value: bigint): PteWord {
  if (value < 0n || value >> 64n !== 0n) {
    throw new RacewalkError('RACEWALK_RANGE', `${value} is not a 64-bit unsigned value`);
  }
  return pteWord(Number(value & 0xffffffffn), Number(value >> 32n));
}

/** 16 hexadecimal digits with `0x`. */
export function pteHex(word: PteWord): string {
  return `0x${pteToBigInt(word).toString(16).padStart(16, '0')}`;
}
