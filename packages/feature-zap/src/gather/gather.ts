/**
 * `struct mmu_gather` with everything a zap needs of it: pages that are given back by reference, reverse
 * maps that are given up late, tables, and a look at other gathers at the end. @kernel mm/mmu_gather.c
 */
import { addrOf, type Mm, type Ptep, type Vma, type Vpn } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine, Ptdesc } from '@racewalk/machine';

/** One page taken out of a table. */
export interface GatheredPage {
  readonly frame: Frame;
  /** The reverse map still knows the page: it is told after the flush. */
  delayRmap: boolean;
}

/** Flushes an area everywhere and waits. */
export type FlushArea = (m: Machine, vma: Vma) => Step<void>;

/** From `tlbGatherMmu` to `tlbFinishMmu`. */
export interface ZapGather {
  readonly m: Machine;
  readonly mm: Mm;
  /** What is to be flushed, in pages; empty while `end` is 0. */
  vma: Vma | null;
  start: Vpn;
  end: Vpn;
  /** Tables went, too: walk caches must forget them. */
  freedTables: boolean;
  readonly pages: GatheredPage[];
  readonly tables: Ptdesc[];
  /** How the area is flushed. Default `flushTlbRange` of the machine. */
  flush?: FlushArea;
}

/** Begin. Others learn that a flush is on its way, before the first entry changes. @kernel tlb_gather_mmu */
export function* tlbGatherMmu(m: Machine, mm: Mm): Step<ZapGather> {
  yield* m.k.incTlbFlushPending(mm);
  return newGather(m, mm);
}

/** A gather that nobody was told of: for those who announce it otherwise, or not at all. */
export function newGather(m: Machine, mm: Mm): ZapGather {
  return { m, mm, vma: null, start: 0, end: 0, freedTables: false, pages: [], tables: [] };
}

/** An entry was emptied: its page belongs to the range to flush. @kernel tlb_remove_tlb_entry */
export function tlbRemoveTlbEntry(tlb: ZapGather, vma: Vma, ptep: Ptep): void {
  tlb.start = tlb.end === 0 ? ptep.vpn : Math.min(tlb.start, ptep.vpn);
  tlb.end = Math.max(tlb.end, ptep.vpn + 1);
  tlb.vma = vma;
}

/** Give this page's reference back after the flush. @kernel __tlb_remove_page */
export function tlbRemovePage(tlb: ZapGather, frame: Frame, delayRmap = false): void {
  tlb.pages.push({ frame, delayRmap });
}

/** Flush what was collected, and nothing else. @kernel tlb_flush_mmu_tlbonly */
export function* tlbFlushMmuTlbonly(tlb: ZapGather): Step<void> {
  const { m, vma, start, end } = tlb;
  if (vma === null || end === 0) return;
  tlb.end = 0;
  if (tlb.flush !== undefined) return yield* tlb.flush(m, vma);
  yield* m.tlb.flushTlbRange(vma, addrOf(start), addrOf(end), !tlb.freedTables);
}

/** The mappings whose end the reverse map has not heard of yet. @kernel tlb_flush_rmaps */
export function* tlbFlushRmaps(tlb: ZapGather): Step<void> {
  for (const page of tlb.pages) {
    if (page.delayRmap) yield* tlb.m.k.folioRemoveRmap(page.frame.folio);
    page.delayRmap = false;
  }
}

/** Give the pages back. @kernel tlb_batch_pages_flush */
export function* tlbBatchPagesFlush(tlb: ZapGather): Step<void> {
  for (const { frame } of tlb.pages.splice(0)) yield* tlb.m.k.folioPut(frame);
}

/** Flush, then give back. @kernel tlb_flush_mmu */
export function* tlbFlushMmu(tlb: ZapGather): Step<void> {
  yield* tlbFlushMmuTlbonly(tlb);
  yield* tlbFlushRmaps(tlb);
  yield* tlbBatchPagesFlush(tlb);
}

/**
 * The end. If another gather is open, its owner may have emptied entries of this range that nobody has
 * flushed: then the whole range is flushed, whoever emptied it. @kernel tlb_finish_mmu
 */
export function* tlbFinishMmu(tlb: ZapGather, vma: Vma, start = vma.start, end = vma.end): Step<void> {
  if (yield* tlb.m.k.mmTlbFlushNested(tlb.mm)) flushWhole(tlb, vma, start, end);
  yield* tlbFlushMmu(tlb);
  yield* tlb.m.k.decTlbFlushPending(tlb.mm);
}

/** The same without the look at other gathers, as it was until 2017. */
export function* tlbFinishMmuAlone(tlb: ZapGather): Step<void> {
  yield* tlbFlushMmu(tlb);
  yield* tlb.m.k.decTlbFlushPending(tlb.mm);
}

/** Collect a whole range for the flush. @kernel __tlb_reset_range, with the range of the caller */
export function flushWhole(tlb: ZapGather, vma: Vma, start: Vpn, end: Vpn): void {
  tlb.vma = vma;
  tlb.start = start;
  tlb.end = end;
}
