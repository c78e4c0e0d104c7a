/**
 * Physical memory: frames with a few flags and a reference count, gathered in folios.
 */

import { hex, type Pfn, type Vma, type Vpn } from '@racewalk/core';
import type { Cell, CellTable, Word } from '@racewalk/core/step';

/** Flags in a frame's word. */
export const FrameFlag = {
  /** Ghost: an agent stored to the frame since it was last clean. */
  WRITTEN: 1,
  /** The kernel remembers the store (`SetPageDirty` on this page). */
  DIRTY: 2,
  /** Back in the free list. */
  FREED: 4,
  /** `mark_page_accessed` was called. */
  ACCESSED: 8,
  /** Anonymous. @kernel PageAnon */
  ANON: 16,
  /** Only one process maps it, and may write without copying. @kernel PageAnonExclusive */
  EXCLUSIVE: 32,
  /** Under writeback. @kernel PG_writeback */
  WRITEBACK: 64,
  /** Anonymous without need to be written: lazily freed while clean. @kernel !PG_swapbacked */
  LAZYFREE: 128,
  /** Mapped by a locked area. @kernel PG_mlocked */
  MLOCKED: 256,
} as const;

/** One physical frame. */
export interface Frame {
  readonly pfn: Pfn;
  readonly folio: Folio;
  /** Index within the folio. */
  readonly index: number;
  /** Word of {@link FrameFlag}s. */
  readonly cell: Cell;
  /** What is stored in the frame, as one word; -1 if the model does not look at contents. */
  readonly data: Cell;
  readonly name: string;
}

/** Flags in a folio's word. */
export const FolioFlag = { DIRTY: 1 } as const;

/** An area that may map a folio, and the page at which it maps the first page of it. */
export interface FolioArea {
  readonly vma: Vma;
  readonly start: Vpn;
}

/** Where a folio's contents are kept besides memory, as far as the model follows it. */
export interface Backing {
  /** 1 while the page cache or the swap cache has the folio, and a reference for each page; -1 if not followed. */
  readonly cache: Cell;
  /** What is on disk or in swap, one word a page; empty if not followed. */
  readonly disk: readonly Cell[];
}

const NO_BACKING: Backing = Object.freeze({ cache: -1, disk: [] });

/** A power-of-two run of frames managed as one. */
export interface Folio {
  readonly name: string;
  readonly frames: readonly Frame[];
  /** Word of {@link FolioFlag}s. */
  readonly flags: Cell;
  /** `folio_ref_count`. */
  readonly refcount: Cell;
  /** Sum of the pages' map counts. */
  readonly mapcount: Cell;
  /** The folio lock. @kernel folio_lock */
  readonly lock: Cell;
  /** Areas that may map it, in the order in which a walk of the reverse map visits them. */
  readonly areas: FolioArea[];
  /** Has to be written before it may go; false once it was lazily freed. @kernel PG_swapbacked */
  readonly swapbacked: boolean;
  readonly backing: Backing;
}

const frameText = (w: Word): string => {
  const words = [];
  if (w & FrameFlag.WRITTEN) words.push('written');
  if (w & FrameFlag.DIRTY) words.push('dirty');
  if (w & FrameFlag.ACCESSED) words.push('accessed');
  if (w & FrameFlag.FREED) words.push('freed');
  if (w & FrameFlag.ANON) words.push('anon');
  if (w & FrameFlag.EXCLUSIVE) words.push('exclusive');
  if (w & FrameFlag.WRITEBACK) words.push('writeback');
  if (w & FrameFlag.LAZYFREE) words.push('lazyfree');
  if (w & FrameFlag.MLOCKED) words.push('mlocked');
  return words.join(' ') || 'clean';
};

const folioText = (w: Word): string => (w & FolioFlag.DIRTY ? 'dirty' : 'clean');

/** How a folio is set up. */
export interface FolioSpec {
  readonly name?: string;
  /** Number of pages, 1 … 512. */
  readonly pages: number;
  /** Number of the first frame, a multiple of `pages`; the next free one if absent. */
  readonly pfn?: Pfn;
  readonly refcount?: number;
  readonly mapcount?: number;
  /** {@link FrameFlag}s every frame starts with. */
  readonly frameFlags?: number;
  /** What the frames hold at the start, one word each; the model then follows contents. */
  readonly contents?: readonly Word[];
  /** Default true. */
  readonly swapbacked?: boolean;
  /** Default: not followed. */
  readonly backing?: Partial<Backing>;
}

/** Hands out frames; frame numbers are naturally aligned to the folio's size. */
export class FrameTable {
  readonly folios: Folio[] = [];
  readonly #byPfn = new Map<Pfn, Frame>();
  #next: Pfn = 0x40;

  constructor(private readonly cells: CellTable) {}

  /** A new folio of contiguous frames, mapped `mapcount` times (default: once a page). */
  add(spec: FolioSpec): Folio {
    const name = spec.name ?? (this.folios.length === 0 ? 'folio' : `folio${this.folios.length + 1}`);
    const first = spec.pfn ?? Math.ceil(this.#next / spec.pages) * spec.pages;
    if (spec.pfn === undefined) this.#next = first + spec.pages;
    const mapcount = spec.mapcount ?? spec.pages;
    const frames: Frame[] = [];
    const folio: Folio = {
      name,
      frames,
      flags: this.cells.add({ name, initial: 0, show: folioText, role: { is: 'folio-flags', folio: name } }),
      refcount: this.cells.add({
        name: `${name}.refcount`,
        initial: spec.refcount ?? mapcount,
        role: { is: 'refcount', folio: name },
      }),
      mapcount: this.cells.add({
        name: `${name}.mapcount`,
        initial: mapcount,
        role: { is: 'mapcount', folio: name },
      }),
      lock: this.cells.addLock(`${name}.lock`),
      areas: [],
      swapbacked: spec.swapbacked ?? true,
      backing: { ...NO_BACKING, ...spec.backing },
    };
    for (let index = 0; index < spec.pages; index++) {
      const pfn = first + index;
      const label = `frame ${hex(pfn)}`;
      const flags = spec.frameFlags ?? 0;
      const role = { is: 'frame-flags', pfn } as const;
      const cell = this.cells.add({ name: label, initial: flags, show: frameText, role });
      const content = spec.contents?.[index];
      const data =
        content === undefined
          ? -1
          : this.cells.add({ name: `${label}.data`, initial: content, role: { is: 'frame-data', pfn } });
      const frame = { pfn, folio, index, cell, data, name: label };
      frames.push(frame);
      this.#byPfn.set(pfn, frame);
    }
    this.folios.push(folio);
    return folio;
  }

  /** Every frame, in the order in which they were handed out. */
  get all(): readonly Frame[] {
    return [...this.#byPfn.values()];
  }

  /** The frame with this number, or `undefined` if no folio has it. */
  at(pfn: Pfn): Frame | undefined {
    return this.#byPfn.get(pfn);
  }
}
