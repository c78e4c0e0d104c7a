/** What instructions compute, remembered: the same operands come again and again. */
import type { Address, Alu, Compute } from '../program/instruction.js';
import { bitsOf, toValue, type Value } from '../program/value.js';

/** More interned values than this do not occur in one run. */
const MOST_VALUES = 1 << 24;

const caches = new WeakMap<object, Map<number, number>>();

function cacheOf(owner: object): Map<number, number> {
  let cache = caches.get(owner);
  if (cache === undefined) {
    cache = new Map();
    caches.set(owner, cache);
  }
  return cache;
}

/** `compute` on two values. */
export function compute(owner: object, of: Compute, a: Value, b: Value): Value {
  const cache = cacheOf(owner);
  const key = a * MOST_VALUES + b;
  let result = cache.get(key);
  if (result === undefined) {
    result = toValue(of(bitsOf(a), bitsOf(b)));
    cache.set(key, result);
  }
  return result;
}

/** The result of an instruction from its operands, of which there are at most two. */
export const evaluate = (instruction: Alu, a: Value, b: Value): Value => {
  const { rs } = instruction;
  if (rs.length > 1) return compute(instruction, instruction.compute, a, b);
  return compute(
    instruction,
    rs.length === 1 ? (x) => instruction.compute(x) : () => instruction.compute(),
    a,
    0,
  );
};

/** Whether a branch is taken. */
export function decide(owner: object, test: (...operands: bigint[]) => boolean, a: Value, b: Value): boolean {
  return compute(owner, (x = 0n, y = 0n) => (test(x, y) ? 1n : 0n), a, b) !== 0;
}

/** The address that an access computes, as a value. */
export const addressOf = (address: Address, base: Value, index: Value): Value =>
  compute(address, (x = 0n, y = 0n) => x + (address.extend?.(y) ?? y) + address.offset, base, index);
