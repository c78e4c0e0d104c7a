/**
 * The start of every test here: one area, one folio, mapped by the entries of one block; folded where
 * the architecture can fold.
 */
import {
  addrOf,
  type Folio,
  type Frame,
  type MapSpec,
  type Ptep,
  type Vma,
  type World,
} from '@racewalk/core';

/** A mapped folio and the entries that map it. */
export interface Block {
  readonly vma: Vma;
  readonly folio: Folio;
  /** One entry a page, from low to high. */
  readonly entries: readonly Ptep[];
}

/** Pages in the block: the parameter `block`, whether or not the architecture folds. */
export function pagesIn(w: World): number {
  const { block } = w.params;
  return typeof block === 'number' ? block : 4;
}

/** Map a folio over one block: writable and clean; the first page has been read, the others have not. */
export function mapBlock(w: World, spec: MapSpec = {}): Block {
  const pages = pagesIn(w);
  const vma = w.vma({ pages });
  const folio = w.folio({ pages });
  w.mapFolio(vma, folio, { folded: true, ...spec });
  w.mapFolio(vma, folio, { folded: true, young: true, ...spec, pages: 1 });
  return { vma, folio, entries: vma.table.entries };
}

/** The frame behind entry `i`. */
export function frameOf(s: Block, i: number): Frame {
  const frame = s.folio.frames[i];
  if (frame === undefined) throw new RangeError(`${s.folio.name} has no page ${i}`);
  return frame;
}

/** The address entry `ptep` translates. */
export const addrAt = (ptep: Ptep): number => addrOf(ptep.vpn);

/** Every page of a small block; the first and the last of a large one. */
export function samplePages(n: number): readonly number[] {
  return n <= 4 ? Array.from({ length: n }, (_, i) => i) : [0, n - 1];
}
