/** The level above the entries that are zapped. (mm/memory.c, Linux 6.12) */
import { addrOf, type Ptep, ptepAdd, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { MmuGather } from '../mmu_gather/mmu-gather.js';

/**
 * Zap the huge page of an area whose upper level is followed, or the entries of its table. The entry is looked at without
 * its lock, once: empty means that there is nothing to do. @kernel zap_pmd_range
 */
export function* zapPmdRange(m: Machine, tlb: MmuGather, vma: Vma): Step<void> {
  const pmdp = m.world.pmds.of(vma.table)?.pmdp;
  if (pmdp === undefined) return;
  for (;;) {
    const pmd = yield* m.pmd.pmdpGetLockless(pmdp);
    if (m.p.pmdNone(pmd)) return;
    if (m.p.pmdTransHuge(pmd)) {
      if (yield* m.k.zapHugePmd(tlb, vma, pmdp, addrOf(vma.start))) return;
      // It has become a table, or nothing, meanwhile: fall through to what stands there now.
      continue;
    }
    const pte = yield* m.k.pteOffsetMapLock(pmdp, vma.start);
    if (pte === null) continue;
    const flush = yield* zapTable(m, tlb, vma, pte);
    yield* m.k.pteUnmapUnlock(pte);
    if (flush) yield* m.k.tlbFlushMmu(tlb);
    return;
  }
}

/** The entries of the table, one by one, under its lock. True: the flush was made, pages are still to be freed. */
function* zapTable(m: Machine, tlb: MmuGather, vma: Vma, pte: Ptep): Step<boolean> {
  let forceFlush = false;
  for (let i = 0; i < vma.end - vma.start; i++) {
    const ptep = ptepAdd(pte, i);
    const old = yield* m.pte.ptepGetAndClearFull(vma.mm, addrOf(vma.start + i), ptep, tlb.fullmm);
    const page = m.v.ptePresent(old) ? m.world.frames.at(m.v.ptePfn(old)) : undefined;
    if (page === undefined) continue;
    m.k.__tlbAdjustRange(tlb, vma, vma.start + i, 1);
    // A store through a stale translation must find the reverse map in place: flush first.
    const delay = vma.mapping !== null && m.v.pteDirty(old) && m.k.tlbDelayRmap(tlb);
    if (delay) {
      yield* m.k.folioMarkDirty(page.folio);
      forceFlush = true;
    } else {
      yield* m.k.folioRemoveRmapPte(page);
    }
    m.k.__tlbRemoveFolioPages(tlb, page, 1, delay);
  }
  if (forceFlush) {
    yield* m.k.tlbFlushMmuTlbonly(tlb);
    yield* m.k.tlbFlushRmaps(tlb, vma);
  }
  return forceFlush;
}

/** Functions that others call by name. */
export const ZAP_PMD_RANGE = { zapPmdRange } as const;

type ZapPmdRangeFunctions = typeof ZAP_PMD_RANGE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends ZapPmdRangeFunctions {}
}
