/** Pages that a file loses. (mm/truncate.c, Linux 6.12) */
import type { AddressSpace } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { cachedFolios } from '../filemap/page-cache.js';
import type { Folio } from '../folio-table.js';

/** Unmap a locked folio, and take it out of its file; false if it left before. @kernel truncate_inode_folio */
export function* truncateInodeFolio(m: Machine, mapping: AddressSpace, folio: Folio): Step<boolean> {
  if (!(yield* m.k.folioHasMapping(folio))) return false;
  // A fault that maps it holds the lock of the folio: none can come between the two.
  if (yield* m.k.folioMapped(folio)) yield* m.k.unmapMappingFolio(mapping, folio);
  yield* m.k.filemapRemoveFolio(folio);
  return true;
}

/** The whole file, a folio at a time, each locked. @kernel truncate_inode_pages_range */
export function* truncateInodePagesRange(m: Machine, mapping: AddressSpace): Step<void> {
  for (const folio of cachedFolios(m.world, mapping)) {
    const [page] = folio.frames;
    if (page === undefined || !(yield* m.k.getPageUnlessZero(page))) continue;
    yield* m.k.lockPage(page);
    yield* m.k.truncateInodeFolio(mapping, folio);
    yield* m.k.unlockPage(page);
    yield* m.k.folioPut(page);
  }
}

/** Functions that others call by name. */
export const TRUNCATE = { truncateInodeFolio, truncateInodePagesRange } as const;

type TruncateFunctions = typeof TRUNCATE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends TruncateFunctions {}
}
