/** Other forms of the patch, as bodies for races and their mutants. */
import { addrOf, vpnOf } from '@racewalk/core';
import { nothing, type Patch } from '@racewalk/machine';
import { touchedBy } from './apply-as.js';
import { tablesIn } from './apply-to-pfn-range.js';
import { vmaOf } from './wrprotect.js';

/** The reviewer's order: what was changed is invalidated before the page-table lock is dropped. */
export const FLUSH_UNDER_PTL: Patch = {
  *applyToPfnRange(m, closure, address, size) {
    const aas = touchedBy(closure);
    const [start, end] = [vpnOf(address), vpnOf(address + size)];
    for (const token of tablesIn(m, vmaOf(aas).mm, start, end)) {
      yield* m.pteOffsetMapLock(token);
      for (const pte of token.entries) {
        if (pte.vpn >= start && pte.vpn < end) yield* closure.ptefn(pte, token, addrOf(pte.vpn));
      }
      if (aas.end > aas.start) yield* m.tlb.flushTlbRange(vmaOf(aas), aas.start, aas.end);
      yield* m.pteUnmapUnlock(token);
    }
    return 0;
  },
  flushTouched: nothing,
};

/** Write-protects by a read and a plain store. For use within `applyPtWrprotect`. */
export const WRPROTECT_BY_STORE: Patch = {
  *ptepModifyProtStart(m, _vma, _addr, ptep) {
    return yield* m.pte.ptepGet(ptep);
  },
  *ptepModifyProtCommit(m, { mm }, addr, ptep, _old, pte) {
    yield* m.pte.setPteAt(mm, addr, ptep, pte);
  },
};
