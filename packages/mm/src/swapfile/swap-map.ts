/**
 * Which slots of a swap device are in use, and how often. (mm/swapfile.c, Linux 6.12)
 *
 * Only of slots that a race follows; without one, a slot is never free and nobody counts.
 */
import type { SwpEntry } from '@racewalk/core';
import { type AtomicBody, atomic, awaitWord, type Cell, type Step } from '@racewalk/core/step';
import type { Machine, World } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';

/** The swap cache has the slot, or somebody has it for a swap-in of its own. @kernel SWAP_HAS_CACHE */
export const SWAP_HAS_CACHE = 0x40;

/** The slots that a race follows, by their offset. */
interface SwapMapState {
  swapMap?: Map<number, Cell>;
}

declare module '@racewalk/machine/kernel' {
  interface OsState extends SwapMapState {}
}

/** Follow a slot that `count` entries refer to at the start, and that no cache has. Called by `setup`. */
export function followSlot(w: World, entry: SwpEntry, count: number): Cell {
  w.os.swapMap ??= new Map();
  const show = (word: number) => `${word & ~SWAP_HAS_CACHE}${word & SWAP_HAS_CACHE ? ' cached' : ''}`;
  const cell = w.word(`swap_map[${entry.offset}]`, count, show);
  w.os.swapMap.set(entry.offset, cell);
  return cell;
}

/** The count of a slot, if the race follows it. */
export const slotOf = (w: World, { offset }: SwpEntry): Cell | undefined => w.os.swapMap?.get(offset);

/** One change of a slot's word; -1 leaves it as it is. Returns 1 if it was changed. */
function change(cell: Cell, op: string, next: (word: number) => number): Step<number> {
  const run: AtomicBody = (mem, base) => {
    const word = next(mem[base + cell] ?? 0);
    if (word >= 0) mem[base + cell] = word;
    return word >= 0 ? 1 : 0;
  };
  return atomic([cell], run, { op }, { show: (o) => (o.result === 1 ? '' : '→ refused') });
}

/**
 * Keep a slot for a swap-in past the swap cache: until `swapcacheClear` nobody else swaps it in, and it is not given away,
 * whoever drops the last entry. If somebody has it already, waits until it may be tried again, and answers false; false also
 * if the slot is free. @kernel swapcache_prepare
 */
export function* swapcachePrepare(m: Machine, entry: SwpEntry): Step<boolean> {
  const cell = slotOf(m.world, entry);
  if (cell === undefined) return true;
  const keep = (word: number) => (word === 0 || (word & SWAP_HAS_CACHE) !== 0 ? -1 : word | SWAP_HAS_CACHE);
  if ((yield* change(cell, 'swapcache_prepare', keep)) === 1) return true;
  yield* awaitWord(cell, (word) => (word & SWAP_HAS_CACHE) === 0, 'schedule_timeout_uninterruptible');
  return false;
}

/** @kernel swapcache_clear */
export function* swapcacheClear(m: Machine, entry: SwpEntry): Step<void> {
  const cell = slotOf(m.world, entry);
  if (cell !== undefined) yield* change(cell, 'swapcache_clear', (word) => word & ~SWAP_HAS_CACHE);
}

/** One entry less refers to a slot; with the last one it is free, unless a cache has it. @kernel swap_free */
export function* swapFree(m: Machine, entry: SwpEntry): Step<void> {
  const cell = slotOf(m.world, entry);
  if (cell !== undefined) yield* change(cell, 'swap_free', (word) => word - 1);
}

/** One more entry refers to a slot; false if its count is full and cannot grow. @kernel swap_duplicate */
export function* swapDuplicate(m: Machine, entry: SwpEntry): Step<boolean> {
  const cell = slotOf(m.world, entry);
  if (cell !== undefined) yield* change(cell, 'swap_duplicate', (word) => word + 1);
  return true;
}

/**
 * Give a folio of one page a place in swap, and put it into the swap cache; false if there is none free. In the model each
 * page has one place that it can get, see `pageSwapEntry`. The folio is locked. @kernel add_to_swap
 */
export function* addToSwap(m: Machine, folio: Folio): Step<boolean> {
  const [page] = folio.frames;
  const cell = page === undefined ? undefined : slotOf(m.world, m.k.pageSwapEntry(page));
  if (cell === undefined) return true;
  const { cache } = folio.backing;
  const run: AtomicBody = (mem, base) => {
    if (mem[base + cell] !== 0) return 0;
    mem[base + cell] = SWAP_HAS_CACHE;
    mem[base + cache] = 1;
    mem[base + folio.refcount] = (mem[base + folio.refcount] ?? 0) + 1;
    return 1;
  };
  const show = (o: { readonly result: number }) => (o.result === 1 ? '→ has a slot' : '→ no slot');
  const note = { op: 'add_to_swap', text: folio.name };
  return (yield* atomic([cell, cache, folio.refcount], run, note, { show })) === 1;
}

/** The swap cache no longer has the slot of a folio that it has dropped. @kernel put_swap_folio */
export function* putSwapFolio(m: Machine, folio: Folio): Step<void> {
  const [page] = folio.frames;
  if (page !== undefined) yield* m.k.swapcacheClear(m.k.pageSwapEntry(page));
}

/** Functions that others call by name. */
export const SWAP_MAP = {
  swapcachePrepare,
  swapcacheClear,
  swapFree,
  swapDuplicate,
  addToSwap,
  putSwapFolio,
} as const;

type SwapMapFunctions = typeof SWAP_MAP;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends SwapMapFunctions {}
}
