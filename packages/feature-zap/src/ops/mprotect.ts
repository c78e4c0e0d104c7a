import { addrOf, ptepOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import {
  newGather,
  tlbFinishMmu,
  tlbFlushMmuTlbonly,
  tlbGatherMmu,
  tlbRemoveTlbEntry,
  type ZapGather,
} from '../gather/gather.js';

/** Take the write permission away from every entry that is there. @kernel change_pte_range */
export function* changePteRange(tlb: ZapGather, vma: Vma): Step<void> {
  const { m } = tlb;
  yield* m.pteOffsetMapLock(vma.table);
  for (let vpn = vma.start; vpn < vma.end; vpn++) {
    const ptep = ptepOf(vma, vpn);
    if (!m.v.ptePresent(yield* m.pte.ptepGet(ptep))) continue;
    const old = yield* m.pte.ptepModifyProtStart(vma, addrOf(vpn), ptep);
    const now = m.v.pteModify(old, m.v.mkProt({ read: true, write: false }));
    yield* m.pte.ptepModifyProtCommit(vma, addrOf(vpn), ptep, old, now);
    tlbRemoveTlbEntry(tlb, vma, ptep);
  }
  yield* m.pteUnmapUnlock(vma.table);
}

/** `mprotect(PROT_READ)`; `gathers` is whether it looks at the gathers of others. @kernel change_protection */
export function* changeProtection(m: Machine, vma: Vma, gathers: boolean): Step<void> {
  const tlb = gathers ? yield* tlbGatherMmu(m, vma.mm) : newGather(m, vma.mm);
  yield* changePteRange(tlb, vma);
  if (gathers) yield* tlbFinishMmu(tlb, vma);
  else yield* tlbFlushMmuTlbonly(tlb);
}
