/**
 * Physical memory: frames with one word each, handed out in runs.
 */

import { hex, type Pfn } from '@racewalk/core';
import type { Cell, CellTable, Word } from '@racewalk/core/step';
import type { FrameExtension } from '../agent/kernel.js';

/**
 * Flags of the machine in a frame's word. All other bits are the operating system's: what it keeps in
 * `struct page`. See docs/decisions/0016-one-word-a-frame.md.
 */
export const FrameFlag = {
  /** Ghost: an agent stored to the frame since it was last clean. */
  WRITTEN: 1,
  /** Back in the free list. */
  FREED: 4,
} as const;

/** One physical frame. */
export interface Frame extends FrameExtension {
  readonly pfn: Pfn;
  /** The frames it was handed out with. */
  readonly run: FrameRun;
  /** Index within the run. */
  readonly index: number;
  /** Word of {@link FrameFlag}s and of the flags of the operating system. */
  readonly cell: Cell;
  /** What is stored in the frame, as one word; -1 if the model does not look at contents. */
  readonly data: Cell;
  readonly name: string;
}

/** Contiguous frames that were handed out together. */
export interface FrameRun {
  readonly name: string;
  readonly frames: readonly Frame[];
}

/** Frames of a real 2 MiB page; the model has fewer of them, at the same places. */
const HUGE_PAGES = 0x200;

/** Which frames are wanted. */
export interface FrameRunSpec {
  readonly name?: string;
  /** Number of frames, 1 … 512. */
  readonly pages: number;
  /** Number of the first frame, a multiple of `pages`; the next free one if absent. */
  readonly pfn?: Pfn;
  /** The first frame is a multiple of 512, as a leaf of the upper level needs it. */
  readonly huge?: boolean;
  /** Flags every frame starts with. */
  readonly frameFlags?: number;
  /** What the frames hold at the start, one word each; the model then follows contents. */
  readonly contents?: readonly Word[];
}

/** Hands out frames; frame numbers are naturally aligned to the size of the run. */
export class FrameTable {
  readonly runs: FrameRun[] = [];
  /** What the operating system calls its flags in a frame's word. */
  flagNames: (word: Word) => readonly string[] = () => [];
  readonly #byPfn = new Map<Pfn, Frame>();
  #all: readonly Frame[] | null = null;
  #next: Pfn = 0x40;

  constructor(private readonly cells: CellTable) {}

  /** New frames, one behind the other. */
  add(spec: FrameRunSpec): FrameRun {
    const name = spec.name ?? (this.runs.length === 0 ? 'frames' : `frames${this.runs.length + 1}`);
    const align = spec.huge === true ? HUGE_PAGES : spec.pages;
    const first = spec.pfn ?? Math.ceil(this.#next / align) * align;
    if (spec.pfn === undefined) this.#next = first + spec.pages;
    const frames: Frame[] = [];
    const run: FrameRun = { name, frames };
    const show = (word: Word): string => this.#text(word);
    for (let index = 0; index < spec.pages; index++) {
      const pfn = first + index;
      const label = `frame ${hex(pfn)}`;
      const role = { is: 'frame-flags', pfn } as const;
      const cell = this.cells.add({ name: label, initial: spec.frameFlags ?? 0, show, role });
      const content = spec.contents?.[index];
      const data =
        content === undefined
          ? -1
          : this.cells.add({ name: `${label}.data`, initial: content, role: { is: 'frame-data', pfn } });
      // The cast: the extension is the operating system's, which adds it as soon as it has the frame.
      const frame = { pfn, run, index, cell, data, name: label } as Frame;
      frames.push(frame);
      this.#byPfn.set(pfn, frame);
    }
    this.runs.push(run);
    this.#all = null;
    return run;
  }

  #text(word: Word): string {
    const words = word & FrameFlag.WRITTEN ? ['written'] : [];
    words.push(...this.flagNames(word));
    if (word & FrameFlag.FREED) words.push('freed');
    return words.join(' ') || 'clean';
  }

  /** Every frame, in the order in which they were handed out. */
  get all(): readonly Frame[] {
    this.#all ??= [...this.#byPfn.values()];
    return this.#all;
  }

  /** The frame with this number, or `undefined` if there is none. */
  at(pfn: Pfn): Frame | undefined {
    return this.#byPfn.get(pfn);
  }
}
