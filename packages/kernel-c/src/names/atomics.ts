/** `atomic_t`, reference counts and bits. Those that return a value are full barriers. */
import type { Ptep, PteWord } from '@racewalk/core';
import {
  type AtomicBody,
  atomic,
  Barrier,
  fence,
  Order,
  or,
  read,
  type Step,
  write,
} from '@racewalk/core/step';
import type { Bitmap } from '@racewalk/mm';
import { integer, number, pteBits, pteOf } from '../run/numbers.js';
import { BitsRef, ElementRef, isPtep, pointedTo, SharedWord, type Value } from '../run/objects.js';
import { orderOf, ordersAtZero } from '../run/orders.js';
import type { Thread } from '../run/thread.js';
import { type Helper, stepHelper } from './helper.js';

function shared(th: Thread, given: Value | undefined): SharedWord {
  const p = pointedTo(given ?? null);
  if (p instanceof SharedWord) return p;
  throw th.error('this counter is not shared', 'declare it in the initial state: { atomic_t v = 0; }');
}

/** A word changed in one step; `result` says what the helper returns of the old and the new value. */
function rmw(
  line: string,
  says: string,
  change: (old: number, by: number) => number,
  argument: 'first' | 'last' | null,
  result: (old: number, now: number, by: number) => number,
): Helper {
  return stepHelper(line, says, function* (th, args) {
    const { cell, name } = shared(th, argument === 'first' ? args[1] : args[0]);
    const by = argument === null ? 1 : number(th, args[argument === 'first' ? 0 : 1] ?? 0n);
    const run: AtomicBody = (mem, base) => {
      const old = mem[base + cell] ?? 0;
      const now = change(old, by) | 0;
      mem[base + cell] = now;
      return result(old, now, by);
    };
    const op = /^\w+/.exec(line)?.[0] ?? '';
    const show = (o: { readonly after: readonly number[] }): string => `= ${o.after[0]}`;
    const got = yield* atomic([cell], run, { op, text: name, on: [cell] }, { show, order: orderOf(op) });
    if (got !== 0 && ordersAtZero(op)) yield* fence({ op }, Barrier.LOADS_ALL);
    return BigInt(got);
  });
}

const plus = (old: number, by: number): number => old + by;
const minus = (old: number, by: number): number => old - by;
const now = (_old: number, after: number): number => after;
const before = (old: number): number => old;
const zero = (_old: number, after: number): number => (after === 0 ? 1 : 0);

/** What the name of an operation that returns a value ends with. */
const ORDERS = ['', '_relaxed', '_acquire', '_release'];

const FAMILIES: readonly Helper[] = ['atomic', 'atomic_long', 'refcount'].flatMap((kind) => [
  rmw(`${kind}_inc(any)`, 'adds one', plus, null, () => 0),
  rmw(`${kind}_dec(any)`, 'takes one', minus, null, () => 0),
  rmw(`${kind}_add(n,any)`, 'adds', plus, 'first', () => 0),
  rmw(`${kind}_sub(n,any)`, 'takes', minus, 'first', () => 0),
  ...ORDERS.flatMap((order) => [
    rmw(`${kind}_inc_return${order}(any):int`, 'adds one', plus, null, now),
    rmw(`${kind}_dec_return${order}(any):int`, 'takes one', minus, null, now),
    rmw(`${kind}_add_return${order}(n,any):int`, 'adds', plus, 'first', now),
    rmw(`${kind}_fetch_add${order}(n,any):int`, 'adds', plus, 'first', before),
    rmw(`${kind}_sub_return${order}(n,any):int`, 'takes', minus, 'first', now),
    rmw(`${kind}_fetch_inc${order}(any):int`, 'adds one', plus, null, before),
    rmw(`${kind}_fetch_dec${order}(any):int`, 'takes one', minus, null, before),
    rmw(`${kind}_fetch_sub${order}(n,any):int`, 'takes', minus, 'first', before),
  ]),
  rmw(`${kind}_dec_and_test(any):bool`, 'takes one; whether nothing is left', minus, null, zero),
  rmw(`${kind}_inc_and_test(any):bool`, 'adds one; whether it is 0', plus, null, zero),
  rmw(`${kind}_sub_and_test(n,any):bool`, 'takes; whether nothing is left', minus, 'first', zero),
  rmw(
    `${kind}_inc_not_zero(any):bool`,
    'adds one unless it is 0',
    (old) => (old === 0 ? 0 : old + 1),
    null,
    (old) => (old === 0 ? 0 : 1),
  ),
  rmw(
    `${kind}_dec_if_positive(any):int`,
    'takes one unless less than 0 would be left',
    (old) => (old > 0 ? old - 1 : old),
    null,
    (old) => old - 1,
  ),
  rmw(
    `${kind}_inc_unless_negative(any):bool`,
    'adds one unless it is less than 0',
    (old) => (old < 0 ? old : old + 1),
    null,
    (old) => (old < 0 ? 0 : 1),
  ),
  rmw(
    `${kind}_add_not_zero(n,any):bool`,
    'adds unless it is 0',
    (old, by) => (old === 0 ? 0 : old + by),
    'first',
    (old) => (old === 0 ? 0 : 1),
  ),
]);

const ADD_UNLESS: Helper = stepHelper(
  'atomic_add_unless(any,n,n):bool',
  'adds unless it has a value',
  function* (th, [p, by, u]) {
    const { cell, name } = shared(th, p);
    const [add, unless] = [number(th, by ?? 0n), number(th, u ?? 0n)];
    const run: AtomicBody = (mem, base) => {
      const old = mem[base + cell] ?? 0;
      if (old === unless) return 0;
      mem[base + cell] = old + add;
      return 1;
    };
    return BigInt(yield* atomic([cell], run, { op: 'atomic_add_unless', text: name, on: [cell] }));
  },
);

const isBitmap = (p: Value | undefined): p is Bitmap & object =>
  typeof p === 'object' && p !== null && 'nbits' in p && 'words' in p;

/** The word that has a bit, and the bit in it. */
function bitOf(th: Thread, nr: Value | undefined, p: Value | undefined): { word: SharedWord; mask: number } {
  const n = number(th, nr ?? 0n);
  const word = Array.isArray(p)
    ? p[Math.floor(n / 64)]
    : p instanceof ElementRef
      ? p.array[p.index + Math.floor(n / 64)]
      : p;
  if (!(word instanceof SharedWord))
    throw th.error('this bitmap is not shared', 'declare it: { unsigned long map; }');
  if (n % 64 > 30)
    throw th.error(`bit ${n}: words of the model have 31 bits for this`, 'use a smaller number');
  return { word, mask: 1 << (n % 64) };
}

function* fetch(
  th: Thread,
  op: string,
  nr: Value | undefined,
  p: Value | undefined,
  set: boolean,
): Step<Value> {
  const { word, mask } = bitOf(th, nr, p);
  const { cell, name } = word;
  const run: AtomicBody = (mem, base) => {
    const old = mem[base + cell] ?? 0;
    mem[base + cell] = set ? old | mask : old & ~mask;
    return old;
  };
  const bit = (old: number): number => (old & mask ? 1 : 0);
  const show = (o: { readonly result: number }): string => `→ ${bit(o.result)}`;
  const old = yield* atomic([cell], run, { op, text: name, on: [cell] }, { show, order: orderOf(op) });
  // A bit that was so before is one that a loop may wait for.
  if (bit(old) === (set ? 1 : 0)) th.onlyRead(cell, old);
  return BigInt(bit(old));
}

/** A bit of an entry: `(unsigned long *)&ptep->pte`, or `&pte_val(*ptep)`. */
const entryOf = (p: Value | undefined): Ptep | null =>
  p instanceof BitsRef && isPtep(p.ptep) ? p.ptep : isPtep(p ?? null) ? (p as Ptep) : null;

/** One locked change of a bit of an entry; whether it was set. */
function* entryBit(th: Thread, op: string, nr: Value | undefined, ptep: Ptep, set: boolean): Step<Value> {
  const bit = 1n << BigInt(number(th, nr ?? 0n));
  const change = (pte: PteWord): PteWord => {
    const old = pteBits(pte);
    return pteOf(set ? old | bit : old & ~bit);
  };
  return pteBits(yield* th.m.entries.update(ptep, change, op)) & bit ? 1n : 0n;
}

function* halves(
  th: Thread,
  op: string,
  nr: Value | undefined,
  p: Value | undefined,
  set: boolean,
): Step<Value> {
  const { word, mask } = bitOf(th, nr, p);
  const old = yield* read(word.cell, { op, text: `${word.name}: load` });
  yield* write(word.cell, set ? old | mask : old & ~mask, { op, text: `${word.name}: store` });
  return BigInt(old & mask ? 1 : 0);
}

const BITS: readonly Helper[] = [
  stepHelper('set_bit(n,any)', 'sets a bit in one step', function* (th, [nr, p]) {
    const entry = entryOf(p);
    if (entry !== null) yield* entryBit(th, 'set_bit', nr, entry, true);
    else if (isBitmap(p)) yield* th.m.k.setBit(number(th, nr ?? 0n), p);
    else {
      const { word, mask } = bitOf(th, nr, p);
      yield* or(word.cell, mask, { op: 'set_bit', text: word.name }, Order.RELAXED);
    }
    return 0n;
  }),
  stepHelper('__set_bit(n,any)', 'sets a bit by a load and a store', function* (th, [nr, p]) {
    if (isBitmap(p)) yield* th.m.k.__setBit(number(th, nr ?? 0n), p);
    else yield* halves(th, '__set_bit', nr, p, true);
    return 0n;
  }),
  stepHelper('test_and_clear_bit(n,any):bool', 'clears a bit; whether it was set', function* (th, [nr, p]) {
    if (isBitmap(p)) return (yield* th.m.k.testAndClearBit(number(th, nr ?? 0n), p)) ? 1n : 0n;
    const entry = entryOf(p);
    if (entry !== null) return yield* entryBit(th, 'test_and_clear_bit', nr, entry, false);
    return yield* fetch(th, 'test_and_clear_bit', nr, p, false);
  }),
  ...[
    'clear_bit',
    'test_and_set_bit',
    'test_and_set_bit_lock',
    'test_and_clear_bit_lock',
    'clear_bit_unlock',
  ].map((op) =>
    stepHelper(`${op}(n,any):bool`, 'changes a bit in one step', (th, [nr, p]) => {
      const entry = entryOf(p);
      const set = op.startsWith('test_and_set_bit');
      return entry === null ? fetch(th, op, nr, p, set) : entryBit(th, op, nr, entry, set);
    }),
  ),
  stepHelper('test_bit(n,any):bool', 'whether a bit is set', function* (th, [nr, p]) {
    const { word, mask } = bitOf(th, nr, p);
    return (yield* read(word.cell, { op: 'test_bit', text: word.name })) & mask ? 1n : 0n;
  }),
];

const LOGIC: Readonly<Record<string, (old: bigint, by: bigint) => bigint>> = {
  and: (old, by) => old & by,
  or: (old, by) => old | by,
  xor: (old, by) => old ^ by,
  andnot: (old, by) => old & ~by,
};

/** `atomic_long_and(~BIT, (atomic_long_t *)ptep)` and its kin, of entries as of shared words. */
const WORDS: readonly Helper[] = ['atomic', 'atomic_long'].flatMap((kind) =>
  Object.entries(LOGIC).flatMap(([what, change]) =>
    [`${kind}_${what}`, ...ORDERS.map((order) => `${kind}_fetch_${what}${order}`)].map((op) => {
      const line = `${op}(any,any):${kind === 'atomic' ? 'int' : 'long'}`;
      return stepHelper(line, `${what} of all bits in one step`, function* (th, [by, p]) {
        const mask = integer(th, by ?? 0n);
        const entry = entryOf(p);
        if (entry !== null)
          return pteBits(
            yield* th.m.entries.update(
              entry,
              (pte) => pteOf(BigInt.asUintN(64, change(pteBits(pte), mask))),
              op,
            ),
          );
        const { cell, name } = shared(th, p);
        const run: AtomicBody = (mem, base) => {
          const old = mem[base + cell] ?? 0;
          mem[base + cell] = Number(BigInt.asIntN(32, change(BigInt(old), mask)));
          return old;
        };
        const order = op.includes('fetch') ? orderOf(op) : Order.RELAXED;
        return BigInt(yield* atomic([cell], run, { op, text: name, on: [cell] }, { order }));
      });
    }),
  ),
);

/** Everything of this file. */
export const ATOMIC_NAMES: readonly Helper[] = [...FAMILIES, ADD_UNLESS, ...BITS, ...WORDS];
