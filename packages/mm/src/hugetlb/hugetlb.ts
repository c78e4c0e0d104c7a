/**
 * Hugetlb pages: one page, one entry or a contiguous block of them. (mm/hugetlb.c, Linux 6.12)
 *
 * Left out: shared tables, markers, reservations, poisoned entries, the lock of the area, and `arch_make_huge_pte` after a
 * change of protection: the entry keeps its size.
 */
import { addrOf, hugePageSize, type Prot, type Ptep, ptepOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { MmuGather } from '../mmu_gather/mmu-gather.js';

/** Entries of one page of the area. */
const entriesOfPage = (vma: Vma): number => vma.flags.hugetlbEntries ?? 1;

/** The first entry of each page of the area. */
function* heads(vma: Vma): Generator<Ptep> {
  for (let vpn = vma.start; vpn < vma.end; vpn += entriesOfPage(vma)) yield ptepOf(vma, vpn);
}

/**
 * Change the protection of an area. The entries of a page are taken out before they are put back changed.
 * @kernel hugetlb_change_protection
 */
export function* hugetlbChangeProtection(m: Machine, vma: Vma, prot: Prot): Step<void> {
  const newprot = m.v.mkProt(prot);
  const tlb = yield* m.k.tlbGatherMmu(vma.mm);
  for (const ptep of heads(vma)) {
    const addr = addrOf(ptep.vpn);
    yield* m.pteOffsetMapLock(vma.table);
    if (m.v.ptePresent(yield* m.huge.hugePtepGet(vma.mm, addr, ptep))) {
      const old = yield* m.huge.hugePtepModifyProtStart(vma, addr, ptep);
      const pte = m.hugeValues.hugePteModify(old, newprot);
      yield* m.huge.hugePtepModifyProtCommit(vma, addr, ptep, old, pte);
      m.k.tlbRemoveTlbEntries(tlb, vma, ptep, entriesOfPage(vma));
    }
    yield* m.pteUnmapUnlock(vma.table);
  }
  yield* m.k.tlbFinishMmu(tlb);
}

/** Empty the entries of an area: what was recorded in those of a page goes to the page. @kernel __unmap_hugepage_range */
export function* __unmapHugepageRange(m: Machine, tlb: MmuGather, vma: Vma): Step<void> {
  const nr = entriesOfPage(vma);
  for (const ptep of heads(vma)) {
    yield* m.pteOffsetMapLock(vma.table);
    const pte = yield* m.huge.hugePtepGetAndClear(vma.mm, addrOf(ptep.vpn), ptep, hugePageSize(vma));
    const page = m.v.ptePresent(pte) ? m.world.frames.at(m.v.ptePfn(pte)) : undefined;
    if (page !== undefined) {
      m.k.tlbRemoveTlbEntries(tlb, vma, ptep, nr);
      if (m.hugeValues.hugePteDirty(pte)) yield* m.k.folioMarkDirty(page.folio);
      yield* m.k.folioRemoveRmapPtes(page.folio, page, nr);
      m.k.__tlbRemoveFolioPages(tlb, page, nr, false);
    }
    yield* m.pteUnmapUnlock(vma.table);
  }
}

/**
 * Move what stands for one page, whatever it is, to another area: a page on the move has no entry that is present. Both
 * areas have pages of one size. @kernel move_huge_pte
 */
export function* moveHugePte(m: Machine, from: Vma, src: Ptep, to: Vma, dst: Ptep): Step<void> {
  const sz = hugePageSize(from);
  yield* m.pteOffsetMapLock(to.table);
  yield* m.k.spinLockNested(from.table.ptl);
  const pte = yield* m.huge.hugePtepGetAndClear(from.mm, addrOf(src.vpn), src, sz);
  yield* m.huge.setHugePteAt(to.mm, addrOf(dst.vpn), dst, pte, sz);
  yield* m.k.spinUnlock(from.table.ptl);
  yield* m.pteUnmapUnlock(to.table);
}

/** Functions that others call by name. */
export const HUGETLB = { hugetlbChangeProtection, __unmapHugepageRange, moveHugePte } as const;

type HugetlbFunctions = typeof HUGETLB;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends HugetlbFunctions {}
}
