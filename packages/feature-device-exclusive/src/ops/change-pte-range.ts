import { addrOf, ptepOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { deviceExclusiveEntry } from './entries.js';
import type { Place } from './try-to-protect.js';

/**
 * Take write permission from one entry. A writable device-exclusive entry becomes a readable one, with its
 * marks, or restoring it would give the permission back. @kernel change_pte_range
 */
export function* changePteRange(m: Machine, { vma, address }: Place, skipNonpresent = false): Step<void> {
  const { swap } = m.arch;
  const ptep = ptepOf(vma, address);
  const addr = addrOf(address);
  yield* m.pteOffsetMapLock(ptep.table);
  const pte = yield* m.pte.ptepGet(ptep);
  const entry = deviceExclusiveEntry(m, pte);
  if (m.v.ptePresent(pte)) {
    const old = yield* m.pte.ptepModifyProtStart(vma, addr, ptep);
    yield* m.pte.ptepModifyProtCommit(vma, addr, ptep, old, m.v.pteWrprotect(old));
    yield* m.tlb.flushTlbPage(vma, addr);
  } else if (entry !== null && swap.isWritableDeviceExclusiveEntry(entry) && !skipNonpresent) {
    let now = swap.swpEntryToPte(swap.makeReadableDeviceExclusiveEntry(entry.offset));
    if (swap.pteSwpSoftDirty(pte)) now = swap.pteSwpMksoftDirty(now);
    if (swap.pteSwpUffdWp(pte)) now = swap.pteSwpMkuffdWp(now);
    yield* m.pte.setPteAt(vma.mm, addr, ptep, now);
  }
  yield* m.pteUnmapUnlock(ptep.table);
}
