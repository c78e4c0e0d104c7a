/** Unmaps as one might write them. */

import type { PteWord } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Folio, Machine } from '@racewalk/machine';
import {
  folioMapcount,
  folioRefCount,
  LINUX_UNMAP,
  type MappedEntry,
  type TtuFlags,
  type UnmapOps,
} from '@racewalk/mm';

function* lookThenClear(m: Machine, at: MappedEntry, flags: TtuFlags): Step<PteWord> {
  yield* m.k.clearForUnmap(at, flags);
  return at.pte;
}

/** What the entry said before it was emptied is believed. */
export const DIRTY_BEFORE_CLEAR: UnmapOps = Object.freeze({ ...LINUX_UNMAP, clear: lookThenClear });

/** Nobody is told that the entry was dirty. */
export const DIRTY_DROPPED: UnmapOps = Object.freeze({ ...LINUX_UNMAP, *handOver(): Step<void> {} });

function* unusedOnly(_m: Machine, folio: Folio): Step<boolean> {
  return (yield* folioRefCount(folio)) === 1 + (yield* folioMapcount(folio));
}

/** A lazily freed page is dropped whether or not somebody wrote to it. */
export const DIRTY_UNCHECKED: UnmapOps = Object.freeze({ ...LINUX_UNMAP, mayDiscard: unusedOnly });

function* cleanOnly(m: Machine, folio: Folio): Step<boolean> {
  return !(yield* m.k.folioTestDirty(folio));
}

/** Until Linux 5.17: nobody looks whether the page is in use (before 6c8e2a256915). */
export const REFS_UNCHECKED: UnmapOps = Object.freeze({ ...LINUX_UNMAP, mayDiscard: cleanOnly });

function* cleanThenUnused(m: Machine, folio: Folio): Step<boolean> {
  return (yield* cleanOnly(m, folio)) && (yield* unusedOnly(m, folio));
}

/** Dirty is looked at before the references are: whoever had one may have written and let go in between. */
export const DIRTY_BEFORE_REFS: UnmapOps = Object.freeze({ ...LINUX_UNMAP, mayDiscard: cleanThenUnused });

/** The references are counted while the entry can still be found; made anew each time an agent starts. */
export function refsBeforeClear(): UnmapOps {
  let unused = false;
  return {
    ...LINUX_UNMAP,
    *clear(m, at, flags) {
      unused = yield* unusedOnly(m, at.frame.folio);
      return yield* m.k.clearForUnmap(at, flags);
    },
    *mayDiscard(m, folio) {
      return unused && (yield* cleanOnly(m, folio));
    },
  };
}
