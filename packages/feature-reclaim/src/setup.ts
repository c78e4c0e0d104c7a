/** What the tests start from: one page, mapped once, in the hands of reclaim. */

import type { Ptep, Vma } from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import type { Frame, World } from '@racewalk/machine';
import { type Folio, type FolioSpec, linux, sparePages } from '@racewalk/mm';

/** One mapped page; reclaim has isolated it and holds a reference. */
export interface Mapped {
  readonly vma: Vma;
  readonly ptep: Ptep;
  readonly folio: Folio;
  readonly frame: Frame;
}

/** The same with a place in swap, and what a user saw. */
export interface Swapped extends Mapped {
  /** What the swap slot holds. */
  readonly slot: Cell;
  /** 1 while the page is in the swap cache. */
  readonly cached: Cell;
  /** The page a swap-in, or a fault on nothing, gets. */
  readonly spare: Frame;
  /** What the user read in the end; `UNSEEN` before. */
  readonly seen: Cell;
}

/** State of the page at the start. */
export interface PageSpec {
  readonly dirty?: boolean;
  readonly write?: boolean;
  /** Shared memory of a file. Default anonymous. */
  readonly file?: boolean;
  /** MADV_FREE was called for it: it need not go to swap, and has no place there. */
  readonly lazyfree?: boolean;
}

/** The page holds this, and so does its swap slot. */
export const BEFORE = 1;
/** The user stores this. */
export const STORED = 2;
/** Nobody has read. */
export const UNSEEN = -1;

/** Map one page, young; `dirty` of the run's parameters wins. */
export function mapPage(w: World, spec: PageSpec = {}, folioSpec: Partial<FolioSpec> = {}): Mapped {
  const mapping = spec.file === true ? { mapping: w.addressSpace('file'), shared: true } : {};
  const vma = w.vma({ pages: 1, ...mapping });
  const folio = linux(w).folio({ pages: 1, refcount: 2, swapbacked: spec.lazyfree !== true, ...folioSpec });
  const { dirty = spec.dirty === true } = w.params;
  linux(w).mapFolio(vma, folio, { young: true, write: spec.write !== false, dirty: dirty === true });
  return { vma, folio, ptep: vma.table.entries[0]!, frame: folio.frames[0]! };
}

/** The same, with contents, a slot that holds them, and a spare page. */
export function mapSwappable(w: World, spec: PageSpec = {}): Swapped {
  const slot = w.word('swap slot', BEFORE);
  const cached = w.word('in swap cache', spec.lazyfree === true ? 0 : 1);
  // The swap cache has a reference, too.
  const swapCached = { refcount: 3, backing: { cache: cached, disk: [slot] } };
  const page = mapPage(w, spec, { contents: [BEFORE], ...(spec.lazyfree === true ? {} : swapCached) });
  const spare = linux(w).folio({ name: 'spare', pages: 1, refcount: 1, mapcount: 0, contents: [0] });
  sparePages(w, 1, [spare]);
  return {
    ...page,
    slot,
    cached,
    spare: spare.frames[0]!,
    seen: w.word('seen', UNSEEN),
  };
}
