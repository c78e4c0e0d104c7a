/** What the tests start from: one folio, the address it is mapped at, and the one it moves to. */
import type { AddressSpace, Ptep, Vma } from '@racewalk/core';
import type { World } from '@racewalk/machine';
import { type Folio, linux } from '@racewalk/mm';

/** A folio at its old address, with room at the new one. */
export interface Move {
  readonly folio: Folio;
  readonly old: Vma;
  readonly to: Vma;
}

/** What a move is like; sizes of a run set the same by name. */
export interface MoveSpec {
  /** Shared file memory, reached through the reverse map of the file. Default anonymous. */
  readonly file?: boolean;
  /** State of the entries at the start. Default clean. */
  readonly dirty?: boolean;
  /** A walk of the reverse map comes to the new area first. Default to the old one. */
  readonly newFirst?: boolean;
}

const numberIn = (w: World, name: string, otherwise: number): number => {
  const value = w.params[name];
  return typeof value === 'number' ? value : otherwise;
};

/** An area of the table of `whole`, `pages` long. */
function part(whole: Vma, from: number, pages: number): Vma {
  const start = whole.start + from;
  return { ...whole, start, end: start + pages };
}

/**
 * Map a folio of `pages` pages (default 1; `block` of them, folded, if that is a parameter), and make room
 * `shift` pages off alignment. With `tables: 1` both addresses are in one table, under one lock; `newFirst` as in
 * {@link MoveSpec}.
 */
export function moveSetup(w: World, spec: MoveSpec = {}): Move {
  const block = numberIn(w, 'block', 1);
  const pages = numberIn(w, 'pages', block);
  const shift = numberIn(w, 'shift', 0);
  const mapping = spec.file === true ? w.addressSpace('file') : undefined;
  const { old, to } = areas(w, pages, shift, mapping);
  const folio = linux(w).folio({ pages, refcount: pages + 1 });
  const folded = block > 1 && pages === block;
  linux(w).mapFolio(old, folio, { folded, young: true, dirty: spec.dirty === true });
  const moved = { vma: to, start: to.start };
  if (spec.newFirst === true) folio.areas.unshift(moved);
  else folio.areas.push(moved);
  return { folio, old, to };
}

function areas(w: World, pages: number, shift: number, mapping?: AddressSpace): { old: Vma; to: Vma } {
  const spec = mapping === undefined ? {} : { mapping, shared: true };
  if (w.params.tables === 1) {
    const whole = w.vma({ ...spec, pages: 2 * pages + shift });
    return { old: part(whole, 0, pages), to: part(whole, pages + shift, pages) };
  }
  const old = w.vma({ ...spec, pages });
  return { old, to: w.vma({ ...spec, pages, start: 0x400 + shift, name: 'new' }) };
}

/** Entry of a page of an area. */
export function entryAt(vma: Vma, page: number): Ptep {
  const ptep = vma.table.entries[vma.start - vma.table.start + page];
  if (ptep === undefined) throw new RangeError(`${vma.table.name} has no entry for page ${page}`);
  return ptep;
}
