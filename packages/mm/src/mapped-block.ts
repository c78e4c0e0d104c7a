/**
 * What races of contiguous blocks start from: one area, one folio, mapped by the entries of one block.
 */
import { type Ptep, RacewalkError, type Vma } from '@racewalk/core';
import type { Frame, MapSpec, World } from '@racewalk/machine';
import type { Folio } from './folio-table.js';
import { linux } from './linux.js';

/** A mapped folio and the entries that map it. */
export interface MappedBlock {
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

/** Map a folio over one block, folded where the architecture folds; writable, clean, old unless `spec` says otherwise. */
export function mapFolded(w: World, spec: MapSpec = {}): MappedBlock {
  const pages = pagesIn(w);
  const vma = w.vma({ pages });
  const folio = linux(w).folio({ pages });
  linux(w).mapFolio(vma, folio, { folded: true, ...spec });
  return { vma, folio, entries: vma.table.entries };
}

/** The frame behind entry `i`. */
export function frameBehind({ folio }: Pick<MappedBlock, 'folio'>, i: number): Frame {
  const frame = folio.frames[i];
  if (frame === undefined) throw new RacewalkError('RACEWALK_OUTSIDE', `${folio.name} has no page ${i}`);
  return frame;
}
