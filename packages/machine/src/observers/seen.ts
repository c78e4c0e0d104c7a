import type { PteWord } from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import type { Folio } from '../world/frames.js';
import type { World } from '../world/types.js';
import type { StepView } from './observer.js';

/** Bits of a folio's ghost word: what any entry that maps it ever said. */
const DIRTY = 1;
const YOUNG = 2;

/** Ghost words that tell which state the entries of each folio ever had. Observers of one world share them. */
export class Seen {
  readonly #cells = new Map<Folio, Cell>();

  constructor(private readonly w: World) {}

  /** Allocate the ghost words. */
  prepare(): void {
    for (const folio of this.w.frames.folios) {
      this.#cells.set(folio, this.w.sharedGhost(folio, `seen ${folio.name}`, this.#initial(folio)));
    }
  }

  /** All ghost words; empty before {@link prepare}. */
  get cells(): readonly Cell[] {
    return [...this.#cells.values()];
  }

  /** An entry, written by software or hardware, says something about the folio it maps. */
  note(s: StepView, pte: PteWord): void {
    if (!this.w.arch.values.ptePresent(pte)) return;
    const cell = this.#cellBehind(pte);
    if (cell !== undefined) s.set(cell, s.get(cell) | this.#bitsOf(pte));
  }

  /** Which state a reader reports that no entry of that folio ever had: `dirty`, `young`, or null. */
  never(s: StepView, pte: PteWord): string | null {
    const cell = this.#cellBehind(pte);
    if (cell === undefined) return null;
    const invented = this.#bitsOf(pte) & ~s.get(cell);
    if (invented & DIRTY) return 'dirty';
    return invented & YOUNG ? 'young' : null;
  }

  #cellBehind(pte: PteWord): Cell | undefined {
    const { arch, frames } = this.w;
    const folio = frames.at(arch.values.ptePfn(pte))?.folio;
    return folio === undefined ? undefined : this.#cells.get(folio);
  }

  #initial(folio: Folio): number {
    const { w } = this;
    const v = w.arch.values;
    let seen = 0;
    for (const table of w.tables) {
      for (const ptep of table.entries) {
        const pte = w.entryIn((c) => w.cells.cells[c]?.initial ?? 0, ptep);
        if (v.ptePresent(pte) && w.frames.at(v.ptePfn(pte))?.folio === folio) seen |= this.#bitsOf(pte);
      }
    }
    return seen;
  }

  #bitsOf(pte: PteWord): number {
    const v = this.w.arch.values;
    return (v.pteDirty(pte) ? DIRTY : 0) | (v.pteYoung(pte) ? YOUNG : 0);
  }
}
