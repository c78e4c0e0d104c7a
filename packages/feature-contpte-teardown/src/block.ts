/**
 * The start of every test here: one area, one folio, mapped by the entries of one block; folded where
 * the architecture can fold.
 */
import { addrOf, type Ptep } from '@racewalk/core';
import type { MapSpec, World } from '@racewalk/machine';
import { frameBehind, linux, type MappedBlock, mapFolded, pagesIn } from '@racewalk/mm';

/** A mapped folio and the entries that map it. */
export type Block = MappedBlock;

export { frameBehind as frameOf, pagesIn };

/**
 * Map a folio over one block: writable and clean; the first page has been read, the others have not. A fault handler
 * that marks a folded block marks all of it, so without hardware that does, all have.
 */
export function mapBlock(w: World, spec: MapSpec = {}): Block {
  const allYoung = w.contPtes > 1 && !w.arch.has('hwAccess');
  const s = mapFolded(w, allYoung ? { young: true, ...spec } : spec);
  linux(w).mapFolio(s.vma, s.folio, { folded: true, young: true, ...spec, pages: 1 });
  return s;
}

/** The address entry `ptep` translates. */
export const addrAt = (ptep: Ptep): number => addrOf(ptep.vpn);

/** Every page of a small block; the first and the last of a large one. */
export function samplePages(n: number): readonly number[] {
  return n <= 4 ? Array.from({ length: n }, (_, i) => i) : [0, n - 1];
}
