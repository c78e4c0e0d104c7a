/**
 * Values of registers and memory: 64-bit words, interned, so that a small integer stands for each. A page-table entry is
 * such a word like any other; the table is that of core.
 */
import { type PteWord, pteById, pteFromBigInt } from '@racewalk/core';

/** The id of an interned 64-bit word; 0 is the word zero. */
export type Value = number;

/** The word with these 64 bits; larger and negative numbers are taken modulo 2^64. */
export const toValue = (bits: bigint): Value => pteFromBigInt(BigInt.asUintN(64, bits)).id;

/** The 64 bits as an unsigned number. */
export function bitsOf(value: Value): bigint {
  const { hi, lo } = pteById(value);
  return (BigInt(hi) << 32n) | BigInt(lo);
}

/** The word itself, as plug-ins take it. */
export const wordOf = (value: Value): PteWord => pteById(value);
