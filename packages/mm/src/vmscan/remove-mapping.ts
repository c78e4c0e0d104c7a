/** Taking a folio out of its cache, and writing it there. (mm/vmscan.c, Linux 6.12) */
import { type Step, write } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';

/** @kernel __delete_from_swap_cache */
export function* __deleteFromSwapCache(_m: Machine, folio: Folio): Step<void> {
  yield* write(folio.backing.cache, 0, { op: '__delete_from_swap_cache', text: folio.name });
}

/**
 * Take the folio out of its cache, if only the cache and the caller hold references; afterwards nobody can take
 * one. False if there are others. A folio whose cache the model does not follow has no reference of it. Linux
 * looks at dirty
 * once more here: no caller comes with a dirty folio. @kernel __remove_mapping
 */
export function* __removeMapping(m: Machine, folio: Folio): Step<boolean> {
  const cached = folio.backing.cache >= 0;
  const refcount = 1 + (cached ? folio.frames.length : 0);
  if (!(yield* m.k.folioRefFreeze(folio, refcount))) return false;
  if (cached) {
    yield* m.k.__deleteFromSwapCache(folio);
    yield* m.k.putSwapFolio(folio);
  }
  return true;
}

/** Write the folio out if it is dirty; the write is over when this returns. @kernel pageout */
export function* pageout(m: Machine, folio: Folio): Step<void> {
  yield* m.k.folioClearDirtyForIo(folio);
}

/** Functions that others call by name. */
export const REMOVE_MAPPING = { __deleteFromSwapCache, __removeMapping, pageout } as const;

type RemoveMappingFunctions = typeof REMOVE_MAPPING;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends RemoveMappingFunctions {}
}
