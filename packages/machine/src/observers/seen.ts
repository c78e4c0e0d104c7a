import type { PteWord } from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import type { Folio } from '../world/frames.js';
import type { World } from '../world/world.js';
import type { StepView } from './observer.js';

/** Bits of a folio's ghost word: what any entry that maps it ever said. */
const DIRTY = 1;
const YOUNG = 2;

const cellsOf = new WeakMap<World, Map<Folio, Cell>>();

/** Allocate the ghost words of a world; further calls do nothing. */
export function prepareSeen(w: World): void {
  if (cellsOf.has(w)) return;
  const cells = new Map<Folio, Cell>();
  for (const folio of w.frames.folios) {
    cells.set(folio, w.ghost(`seen ${folio.name}`, initialSeen(w, folio)));
  }
  cellsOf.set(w, cells);
}

function initialSeen(w: World, folio: Folio): number {
  let seen = 0;
  for (const table of w.tables) {
    for (const ptep of table.entries) {
      const pte = w.entryIn((c) => w.cells.cells[c]?.initial ?? 0, ptep);
      if (w.arch.values.ptePresent(pte) && w.frames.at(w.arch.values.ptePfn(pte))?.folio === folio) {
        seen |= bitsOf(w, pte);
      }
    }
  }
  return seen;
}

function bitsOf(w: World, pte: PteWord): number {
  const v = w.arch.values;
  return (v.pteDirty(pte) ? DIRTY : 0) | (v.pteYoung(pte) ? YOUNG : 0);
}

/** All ghost words; empty if nobody prepared them. */
export function seenCells(w: World): readonly Cell[] {
  return [...(cellsOf.get(w)?.values() ?? [])];
}

/** An entry, written by software or hardware, says something about the folio it maps. */
export function noteSeen(w: World, s: StepView, pte: PteWord): void {
  const v = w.arch.values;
  if (!v.ptePresent(pte)) return;
  const folio = w.frames.at(v.ptePfn(pte))?.folio;
  const cell = folio === undefined ? undefined : cellsOf.get(w)?.get(folio);
  if (cell !== undefined) s.set(cell, s.get(cell) | bitsOf(w, pte));
}

/** Which state a reader reports that no entry of that folio ever had: `dirty`, `young`, or null. */
export function neverSeen(w: World, s: StepView, pte: PteWord): string | null {
  const v = w.arch.values;
  const folio = w.frames.at(v.ptePfn(pte))?.folio;
  const cell = folio === undefined ? undefined : cellsOf.get(w)?.get(folio);
  if (cell === undefined) return null;
  const invented = bitsOf(w, pte) & ~s.get(cell);
  if (invented & DIRTY) return 'dirty';
  return invented & YOUNG ? 'young' : null;
}
