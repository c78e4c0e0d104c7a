/** What the races start from. */

import { type Ptep, ptepOf, type Vma } from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import type { FunctionTable, Patch, World } from '@racewalk/machine';
import { type Folio, linux, sparePages } from '@racewalk/mm';

/** Other code than that of Linux 6.12, in every variant: of `agents`, if they are named. */
export function runs(w: World, patch: Patch, agents?: readonly string[]): void {
  w.binder.replace(patch as FunctionTable, { agents });
}

/** CPU of the lockless walker; interrupts are followed there. */
export const GUP_CPU = 2;

/** CPU of the fault that brings a page back. */
export const SWAPIN_CPU = 3;

/** One page, mapped, and the entry that maps it. */
export interface OnePage {
  readonly vma: Vma;
  readonly ptep: Ptep;
  readonly folio: Folio;
}

/** Map one anonymous page: writable, written, used. */
export function onePage(w: World, contents?: number): OnePage {
  const vma = w.vma({ pages: 1 });
  const folio = linux(w).folio({
    name: 'old',
    pages: 1,
    ...(contents === undefined ? {} : { contents: [contents] }),
  });
  linux(w).mapFolio(vma, folio, { dirty: true, young: true });
  return { vma, ptep: ptepOf(vma, vma.start), folio };
}

/** Three folios for one entry, such that the halves of the first can be confused with those of the others. */
export interface ThreeFolios {
  readonly vma: Vma;
  readonly ptep: Ptep;
  /** Mapped at the start. */
  readonly first: Folio;
  /** Differs from the first in both halves of its frame number. */
  readonly second: Folio;
  /** Has the low half of the first, and a high half of its own. */
  readonly third: Folio;
}

/** Frames above 4 GiB, so that a frame number reaches into the high half of an entry. */
export const FRAMES = Object.freeze({ first: 0x40, second: 0x100041, third: 0x200040 });

/** Map the first of three folios, or none. */
export function threeFolios(w: World, mapped = true): ThreeFolios {
  const vma = w.vma({ pages: 1 });
  const first = linux(w).folio({
    name: 'first',
    pages: 1,
    pfn: FRAMES.first,
    refcount: 1,
    mapcount: mapped ? 1 : 0,
  });
  const second = linux(w).folio({ name: 'second', pages: 1, pfn: FRAMES.second, refcount: 1, mapcount: 0 });
  const third = linux(w).folio({ name: 'third', pages: 1, pfn: FRAMES.third, refcount: 1, mapcount: 0 });
  if (mapped) linux(w).mapFolio(vma, first, { dirty: true, young: true });
  w.contexts.track(GUP_CPU);
  return { vma, ptep: ptepOf(vma, vma.start), first, second, third };
}

/** Word of a folio that the swap cache has. */
export const CACHED = 1;

/** A mapped folio that the swap cache has, too, taken off the LRU list by reclaim. */
export interface SwapCached extends OnePage {
  /** 1 while the swap cache has the folio. */
  readonly cache: Cell;
}

/** References: the mapping, the swap cache, and reclaim. A clean page was mapped by a load, a dirty one by a store. */
export function swapCached(w: World, dirty: boolean): SwapCached {
  const vma = w.vma({ pages: 1 });
  const text = (v: number) => (v === CACHED ? 'in swap cache' : 'only on disk');
  const cache = w.word('swap:folio', CACHED, text);
  const folio = linux(w).folio({ pages: 1, refcount: 3, mapcount: 1, backing: { cache } });
  linux(w).mapFolio(vma, folio, { dirty, young: true, write: dirty });
  // For a fault that comes when the page has gone.
  const fresh = linux(w).folio({ name: 'fresh', pages: 1, refcount: 1, mapcount: 0 });
  sparePages(w, SWAPIN_CPU, [fresh]);
  w.contexts.track(GUP_CPU);
  return { vma, ptep: ptepOf(vma, vma.start), folio, cache };
}
