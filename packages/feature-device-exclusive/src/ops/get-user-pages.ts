import { ptepOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { deviceExclusiveEntry, vmNormalPage } from './entries.js';
import { getPage } from './page-lock.js';
import {
  faultEntry,
  type RemoveOptions,
  removeDeviceExclusiveEntry,
} from './remove-device-exclusive-entry.js';
import type { Place } from './try-to-protect.js';

/** How a page is found. */
export interface GupOps {
  /** Populate an empty entry; false if it cannot be. Default: it cannot. @kernel do_anonymous_page */
  readonly faultIn?: (m: Machine, place: Place) => Step<boolean>;
  /** How a page is taken back that a device has for itself. */
  readonly remove?: RemoveOptions;
}

/**
 * The page behind an address, writable, with a reference; null if there is none. What is not there is
 * faulted in; a page that another device has for itself is taken from it. @kernel get_user_pages_remote
 */
export function* getUserPagesRemote(m: Machine, place: Place, ops: GupOps = {}): Step<Frame | null> {
  const { vma, address } = place;
  const ptep = ptepOf(vma, address);
  for (;;) {
    yield* m.pteOffsetMapLock(ptep.table);
    const pte = yield* m.pte.ptepGet(ptep);
    const entry = deviceExclusiveEntry(m, pte);
    const page = m.v.pteWrite(pte) ? vmNormalPage(m, pte) : null;
    if (page !== null) yield* getPage(m, page);
    yield* m.pteUnmapUnlock(ptep.table);
    if (page !== null) return page;
    if (!(yield* faultinPage(m, place, m.v.pteNone(pte), entry !== null, ops))) return null;
  }
}

/** False if the fault does not help. @kernel faultin_page */
function* faultinPage(
  m: Machine,
  place: Place,
  empty: boolean,
  exclusive: boolean,
  ops: GupOps,
): Step<boolean> {
  if (exclusive) {
    const vmf = yield* faultEntry(m, place.vma, ptepOf(place.vma, place.address));
    if (vmf !== null) yield* removeDeviceExclusiveEntry(m, vmf, ops.remove);
    return true;
  }
  return empty && ops.faultIn !== undefined && (yield* ops.faultIn(m, place));
}
