import type { PteWord } from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import type { FrameRun } from '../world/frames.js';
import type { World } from '../world/types.js';
import type { StepView } from './observer.js';

/** Bits of the ghost word of a run of frames: what any entry that maps them ever said. */
const DIRTY = 1;
const YOUNG = 2;

/** Ghost words that tell which state the entries of each run of frames ever had. Observers of one world share them. */
export class Seen {
  readonly #cells = new Map<FrameRun, Cell>();

  constructor(private readonly w: World) {}

  /** Allocate the ghost words. */
  prepare(): void {
    for (const run of this.w.frames.runs) {
      this.#cells.set(run, this.w.sharedGhost(run, `seen ${run.name}`, this.#initial(run)));
    }
  }

  /** All ghost words; empty before {@link prepare}. */
  get cells(): readonly Cell[] {
    return [...this.#cells.values()];
  }

  /** An entry, written by software or hardware, says something about the frames it maps. */
  note(s: StepView, pte: PteWord): void {
    if (!this.w.arch.values.ptePresent(pte)) return;
    const cell = this.#cellBehind(pte);
    if (cell !== undefined) s.set(cell, s.get(cell) | this.#bitsOf(pte));
  }

  /** Which state a reader reports that no entry of that run ever had: `dirty`, `young`, or null. */
  never(s: StepView, pte: PteWord): string | null {
    const cell = this.#cellBehind(pte);
    if (cell === undefined) return null;
    const invented = this.#bitsOf(pte) & ~s.get(cell);
    if (invented & DIRTY) return 'dirty';
    return invented & YOUNG ? 'young' : null;
  }

  #cellBehind(pte: PteWord): Cell | undefined {
    const { arch, frames } = this.w;
    const run = frames.at(arch.values.ptePfn(pte))?.run;
    return run === undefined ? undefined : this.#cells.get(run);
  }

  #initial(run: FrameRun): number {
    const { w } = this;
    const v = w.arch.values;
    let seen = 0;
    for (const table of [...w.tables, ...w.pmds.followed]) {
      for (const ptep of table.entries) {
        const pte = w.entryIn((c) => w.cells.cells[c]?.initial ?? 0, ptep);
        if (v.ptePresent(pte) && w.frames.at(v.ptePfn(pte))?.run === run) seen |= this.#bitsOf(pte);
      }
    }
    return seen;
  }

  #bitsOf(pte: PteWord): number {
    const v = this.w.arch.values;
    return (v.pteDirty(pte) ? DIRTY : 0) | (v.pteYoung(pte) ? YOUNG : 0);
  }
}
