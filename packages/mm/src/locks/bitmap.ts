/** Bitmaps in shared memory. @kernel include/linux/bitops.h */

import { RacewalkError } from '@racewalk/core';
import {
  type AtomicBody,
  atomic,
  type Cell,
  Order,
  or,
  read,
  type Step,
  type Word,
  write,
} from '@racewalk/core/step';
import type { DirtyRecord, Frame, Machine, World } from '@racewalk/machine';

const BITS_PER_WORD = 32;

/** `unsigned long *`, with its length. */
export interface Bitmap {
  readonly name: string;
  /** How many bits it has. */
  readonly nbits: number;
  readonly words: readonly Cell[];
}

/** The numbers of the bits that are set in one word. */
const bitsIn = (word: Word): number[] =>
  Array.from({ length: BITS_PER_WORD }, (_, i) => i).filter((i) => (word >>> i) & 1);

/** A bitmap of `nbits` clear bits. */
export function makeBitmap(w: World, name: string, nbits: number): Bitmap {
  const show = (word: Word) => `{${bitsIn(word).join(' ')}}`;
  const count = Math.max(1, Math.ceil(nbits / BITS_PER_WORD));
  const label = (i: number) => (count === 1 ? name : `${name}[${i}]`);
  return { name, nbits, words: Array.from({ length: count }, (_, i) => w.word(label(i), 0, show)) };
}

function place(bitmap: Bitmap, nr: number): { cell: Cell; mask: Word } {
  const cell = bitmap.words[Math.floor(nr / BITS_PER_WORD)];
  if (!Number.isInteger(nr) || nr < 0 || nr >= bitmap.nbits || cell === undefined) {
    throw new RacewalkError('RACEWALK_OUTSIDE', `${bitmap.name} has bits 0 … ${bitmap.nbits - 1}, not ${nr}`);
  }
  return { cell, mask: (1 << (nr % BITS_PER_WORD)) | 0 };
}

/** Set a bit by a load and a store. Not atomic: the caller must be the only one writing this word. @kernel __set_bit */
export function* __setBit(_m: Machine, nr: number, bitmap: Bitmap): Step<void> {
  const { cell, mask } = place(bitmap, nr);
  const old = yield* read(cell, { op: '__set_bit', text: `${nr} in ${bitmap.name}: load` });
  yield* write(cell, old | mask, { op: '__set_bit', text: `${nr} in ${bitmap.name}: store` });
}

/** Set a bit in one step. @kernel set_bit */
export function* setBit(_m: Machine, nr: number, bitmap: Bitmap): Step<void> {
  const { cell, mask } = place(bitmap, nr);
  yield* or(cell, mask, { op: 'set_bit', text: `${nr} in ${bitmap.name}` }, Order.RELAXED);
}

/** Clear a bit in one step; returns whether it was set. @kernel test_and_clear_bit */
export function* testAndClearBit(_m: Machine, nr: number, bitmap: Bitmap): Step<boolean> {
  const { cell, mask } = place(bitmap, nr);
  const run: AtomicBody = (mem, base) => {
    const old = mem[base + cell] ?? 0;
    mem[base + cell] = old & ~mask;
    return old & mask ? 1 : 0;
  };
  const show = (o: { readonly result: Word }) => (o.result ? '→ was set' : '→ was clear');
  return (
    (yield* atomic([cell], run, { op: 'test_and_clear_bit', text: `${nr} in ${bitmap.name}` }, { show })) !==
    0
  );
}

/** Whether a bit is set, given a way to read words; for observers and for the end of a run. */
export function bitIsSet(get: (cell: Cell) => Word, nr: number, bitmap: Bitmap): boolean {
  const { cell, mask } = place(bitmap, nr);
  return (get(cell) & mask) !== 0;
}

/** A bitmap with one bit per frame; `bitOf` returns -1 for a frame without a bit. */
export function bitmapRecord(bitmap: Bitmap, bitOf: (frame: Frame) => number): DirtyRecord {
  return {
    cellsFor: () => bitmap.words,
    knows(s, frame) {
      const nr = bitOf(frame);
      return nr >= 0 && bitIsSet((cell) => s.get(cell), nr, bitmap);
    },
  };
}

/** Functions that others call by name. */
export const BITMAP = { __setBit, setBit, testAndClearBit } as const;

type BitmapFunctions = typeof BITMAP;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends BitmapFunctions {}
}
