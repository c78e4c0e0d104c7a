/** Conversions of values. */
import { type Ptep, type PteWord, pteFromBigInt } from '@racewalk/core';
import { type CType, wrap } from '../types/ctype.js';
import { isPte, isPtep, OutsideTable, type Value } from './objects.js';
import type { Thread } from './thread.js';

/** An entry as an integer. */
export const pteBits = (pte: PteWord): bigint => (BigInt(pte.hi) << 32n) | BigInt(pte.lo);

/** An integer as an entry. */
export const pteOf = (value: bigint): PteWord => pteFromBigInt(BigInt.asUintN(64, value));

/** Whether a value counts as true. */
export const truth = (value: Value): boolean => (typeof value === 'bigint' ? value !== 0n : value !== null);

/**
 * Where an entry would be: eight bytes each, tables where their pages say. So the place of an entry in its block can be
 * computed from its address, as the kernel does.
 */
function addressOf(th: Thread, { table, index }: Ptep | OutsideTable): bigint {
  const which = BigInt(th.m.world.tables.indexOf(table) + 1);
  return 0xffff_0000_0000_0000n + (which << 40n) + BigInt(table.start + index) * 8n;
}

/** The value as an integer of any type. */
export function integer(th: Thread, value: Value): bigint {
  if (typeof value === 'bigint') return value;
  if (isPte(value)) return pteBits(value);
  if (value === null) return 0n;
  if (value instanceof OutsideTable || isPtep(value)) return addressOf(th, value);
  throw th.error('a pointer is used as a number', 'compare pointers, or use virt-to-page helpers by name');
}

/** The value as a number of JavaScript. */
export const number = (th: Thread, value: Value): number => Number(integer(th, value));

/** A value converted to a type, as an assignment does. */
export function convert(th: Thread, value: Value, type: CType): Value {
  switch (type.k) {
    case 'int':
      if (type.bits === 1) return truth(value) ? 1n : 0n;
      return wrap(integer(th, value), type);
    case 'pte':
      return typeof value === 'bigint' ? pteOf(value) : value;
    case 'ptr':
    case 'func':
      if (typeof value !== 'bigint') return value;
      if (value === 0n) return null;
      throw th.error(
        'a number is used as a pointer',
        'pass the object itself; the model has no addresses of memory',
      );
    default:
      return value;
  }
}
