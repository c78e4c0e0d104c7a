/** Values in shared words of the model, which hold 32 bits. */
import { pteById } from '@racewalk/core';
import type { Word } from '@racewalk/core/step';
import type { World } from '@racewalk/machine';
import { type CType, wrap } from '../types/ctype.js';
import { FunctionRef, functionNamed, isPte, pointedTo, type Value } from './objects.js';

/** What SLUB fills freed memory with where it looks for uses of it. @kernel POISON_FREE */
export const POISON = 0x6b6b_6b6b;

/** Pointers that were stored, by number; 0 is NULL. One table for each world. */
interface Pointers {
  readonly numbers: Map<Value, number>;
  readonly values: Value[];
}

const tables = new WeakMap<World, Pointers>();

function pointersOf(world: World): Pointers {
  const found = tables.get(world) ?? { numbers: new Map([[null, 0]]), values: [null] };
  tables.set(world, found);
  return found;
}

/** The value that a word stands for. */
export function fromWord(world: World, word: Word, type: CType): Value {
  if (type.k === 'pte') return pteById(word);
  if (type.k === 'int') return wrap(BigInt(word), type);
  return pointersOf(world).values[word] ?? null;
}

/** The word that stands for a value; null if the value has too many bits for the model. */
export function toWord(world: World, value: Value, type: CType): Word | null {
  if (isPte(value)) return value.id;
  if (typeof value === 'bigint' && type.k !== 'ptr') {
    const number = Number(BigInt.asIntN(64, value));
    const fits = number >= -0x8000_0000 && number <= 0xffff_ffff;
    return fits ? number | 0 : null;
  }
  const { numbers, values } = pointersOf(world);
  // One number for each target: a pointer into an array is made anew whenever it is computed.
  const target = value instanceof FunctionRef ? functionNamed(value.name) : pointedTo(value);
  const key = target === 0n ? null : target;
  let found = numbers.get(key);
  if (found === undefined) {
    found = values.length;
    numbers.set(key, found);
    values.push(key);
  }
  return found;
}
