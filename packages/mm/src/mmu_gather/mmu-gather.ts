/**
 * `struct mmu_gather`: pages and tables that a teardown has unlinked, and that must not be reused before the
 * TLBs are flushed. (include/asm-generic/tlb.h, Linux 6.12)
 */
import { addrOf, type Mm, PAGE_SIZE, type Ptep, type Vma, type Vpn } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine, Ptdesc } from '@racewalk/machine';

/** Pages of one folio, in a row, that wait for the flush. @kernel struct encoded_page */
export interface GatheredPages {
  readonly page: Frame;
  readonly nr: number;
  /** The reverse map still counts these mappings: it is updated after the flush. */
  delayRmap: boolean;
}

/** From `tlbGatherMmu` to `tlbFinishMmu`. @kernel struct mmu_gather */
export interface MmuGather {
  readonly mm: Mm;
  /** The whole address space goes: flush all of it, once. */
  fullmm: boolean;
  /** The area of the range to flush, `start` … `end` in pages; nothing is to be flushed while `end` is 0. */
  vma: Vma | null;
  start: Vpn;
  end: Vpn;
  /** Tables were unlinked, too: the walk caches must forget them. */
  freedTables: boolean;
  /** Some gathered pages wait for `tlb_flush_rmaps`. */
  delayedRmap: boolean;
  readonly pages: GatheredPages[];
  readonly tables: Ptdesc[];
}

const newGather = (mm: Mm, fullmm: boolean): MmuGather => ({
  mm,
  fullmm,
  vma: null,
  start: 0,
  end: 0,
  freedTables: false,
  delayedRmap: false,
  pages: [],
  tables: [],
});

/** Begin. Announces the flush before the first entry changes. @kernel tlb_gather_mmu */
export function* tlbGatherMmu(m: Machine, mm: Mm): Step<MmuGather> {
  yield* m.k.incTlbFlushPending(mm);
  return newGather(mm, false);
}

/** The same for a process that exits. @kernel tlb_gather_mmu_fullmm */
export function* tlbGatherMmuFullmm(m: Machine, mm: Mm): Step<MmuGather> {
  yield* m.k.incTlbFlushPending(mm);
  return newGather(mm, true);
}

/**
 * Entries of this area come next. Flushes what is left of another area: a range belongs to a single area.
 * @kernel tlb_start_vma
 */
export function* tlbStartVma(m: Machine, tlb: MmuGather, vma: Vma): Step<void> {
  if (tlb.vma !== null && tlb.vma !== vma && !tlb.fullmm) yield* m.k.tlbFlushMmuTlbonly(tlb);
  tlb.vma = vma;
}

/**
 * The entries of this area are through. Raw frames are flushed here: no reference keeps them, and once the area has left the
 * reverse map, nobody who takes them away finds it. @kernel tlb_end_vma
 */
export function* tlbEndVma(m: Machine, tlb: MmuGather, vma: Vma): Step<void> {
  if (vma.flags.pfnmap === true && !tlb.fullmm) yield* m.k.tlbFlushMmuTlbonly(tlb);
}

/** Add pages to what is to be flushed. @kernel __tlb_adjust_range */
export function __tlbAdjustRange(_m: Machine, tlb: MmuGather, vma: Vma, start: Vpn, nr: number): void {
  tlb.start = tlb.end === 0 ? start : Math.min(tlb.start, start);
  tlb.end = Math.max(tlb.end, start + nr);
  tlb.vma = vma;
}

/** `nr` entries were emptied. @kernel tlb_remove_tlb_entries */
export function tlbRemoveTlbEntries(m: Machine, tlb: MmuGather, vma: Vma, ptep: Ptep, nr: number): void {
  m.k.__tlbAdjustRange(tlb, vma, ptep.vpn, nr);
}

/** An entry was emptied. @kernel tlb_remove_tlb_entry */
export function tlbRemoveTlbEntry(m: Machine, tlb: MmuGather, vma: Vma, ptep: Ptep): void {
  m.k.tlbRemoveTlbEntries(tlb, vma, ptep, 1);
}

/** The entry of a huge page was emptied. @kernel tlb_remove_pmd_tlb_entry */
export function tlbRemovePmdTlbEntry(m: Machine, tlb: MmuGather, vma: Vma, pmdp: Ptep): void {
  m.k.__tlbAdjustRange(tlb, vma, pmdp.vpn, m.hpagePages(vma));
}

/** A range was changed and is still mapped. `addr` and `size` in bytes. @kernel tlb_flush_pte_range */
export function tlbFlushPteRange(m: Machine, tlb: MmuGather, vma: Vma, addr: number, size: number): void {
  m.k.__tlbAdjustRange(tlb, vma, addr / PAGE_SIZE, size / PAGE_SIZE);
}

/**
 * Whether the end of a dirty mapping may be put off until after the flush: always, with more than one CPU.
 * @kernel tlb_delay_rmap
 */
export function tlbDelayRmap(_m: Machine, tlb: MmuGather): boolean {
  tlb.delayedRmap = true;
  return true;
}

/**
 * Drop the references of `nr` mappings after the flush. True if there is no room for more, so that the caller
 * must flush first; the model always has room. @kernel __tlb_remove_folio_pages
 */
export function __tlbRemoveFolioPages(
  _m: Machine,
  tlb: MmuGather,
  page: Frame,
  nr: number,
  delayRmap: boolean,
): boolean {
  tlb.pages.push({ page, nr, delayRmap });
  return false;
}

/** The same for one page whose mapping the reverse map has forgotten. @kernel __tlb_remove_page */
export function __tlbRemovePage(m: Machine, tlb: MmuGather, page: Frame): boolean {
  return m.k.__tlbRemoveFolioPages(tlb, page, 1, false);
}

/** Make the flush. Leaf translations only, unless tables went. @kernel tlb_flush */
export function* tlbFlush(m: Machine, tlb: MmuGather): Step<void> {
  const { mm, vma, start, end } = tlb;
  if (tlb.fullmm || vma === null) yield* m.tlb.flushTlbMm(mm);
  else yield* m.tlb.flushTlbRange(vma, addrOf(start), addrOf(end), !tlb.freedTables);
}

/** Flush what was collected, if anything was, and free nothing. @kernel tlb_flush_mmu_tlbonly */
export function* tlbFlushMmuTlbonly(m: Machine, tlb: MmuGather): Step<void> {
  if (tlb.end === 0 && !tlb.freedTables) return;
  yield* m.k.tlbFlush(tlb);
  tlb.end = 0;
  tlb.freedTables = false;
}

/** Remove the mappings that the reverse map still counts; the page-table lock is held. @kernel tlb_flush_rmaps */
export function* tlbFlushRmaps(m: Machine, tlb: MmuGather, _vma: Vma): Step<void> {
  if (!tlb.delayedRmap) return;
  for (const batch of tlb.pages) {
    if (batch.delayRmap) yield* m.k.folioRemoveRmapPtes(batch.page.folio, batch.page, batch.nr);
    batch.delayRmap = false;
  }
  tlb.delayedRmap = false;
}

/** Free the pages. @kernel tlb_batch_pages_flush */
export function* tlbBatchPagesFlush(m: Machine, tlb: MmuGather): Step<void> {
  for (const { page, nr } of tlb.pages.splice(0)) yield* m.k.folioPut(page, nr);
}

/** Free tables and pages: nobody can reach them any more. @kernel tlb_flush_mmu_free */
export function* tlbFlushMmuFree(m: Machine, tlb: MmuGather): Step<void> {
  yield* m.k.tlbTableFlush(tlb);
  yield* m.k.tlbBatchPagesFlush(tlb);
}

/** Flush, then free. @kernel tlb_flush_mmu */
export function* tlbFlushMmu(m: Machine, tlb: MmuGather): Step<void> {
  yield* m.k.tlbFlushMmuTlbonly(tlb);
  yield* m.k.tlbFlushMmuFree(tlb);
}

/**
 * The end. If another gather is open, its owner may have emptied entries that this one found empty, and not have
 * flushed them: then the whole address space is flushed, walk caches and all. @kernel tlb_finish_mmu
 */
export function* tlbFinishMmu(m: Machine, tlb: MmuGather): Step<void> {
  if (yield* m.k.mmTlbFlushNested(tlb.mm)) {
    tlb.fullmm = true;
    tlb.end = 0;
    tlb.freedTables = true;
  }
  yield* m.k.tlbFlushMmu(tlb);
  yield* m.k.decTlbFlushPending(tlb.mm);
}

/** Functions that others call by name. */
export const MMU_GATHER = {
  tlbGatherMmu,
  tlbGatherMmuFullmm,
  tlbStartVma,
  tlbEndVma,
  __tlbAdjustRange,
  tlbRemoveTlbEntries,
  tlbRemoveTlbEntry,
  tlbRemovePmdTlbEntry,
  tlbFlushPteRange,
  tlbDelayRmap,
  __tlbRemoveFolioPages,
  __tlbRemovePage,
  tlbFlush,
  tlbFlushMmuTlbonly,
  tlbFlushRmaps,
  tlbBatchPagesFlush,
  tlbFlushMmuFree,
  tlbFlushMmu,
  tlbFinishMmu,
} as const;

type MmuGatherFunctions = typeof MMU_GATHER;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends MmuGatherFunctions {}
}
