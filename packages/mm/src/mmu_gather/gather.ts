/**
 * `struct mmu_gather`: collects what a zap took down, flushes once, and only then frees.
 * @kernel mm/mmu_gather.c, include/asm-generic/tlb.h
 */

import { addrOf, type Mm, type Ptep, type Vma, type Vpn } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { freePage } from '../folio.js';

/** One gather: from `MmuGather.start` to `finish`. */
export class MmuGather {
  readonly #pages: Frame[] = [];
  #start: Vpn = Number.POSITIVE_INFINITY;
  #end: Vpn = 0;
  #vma: Vma | null = null;

  private constructor(
    readonly m: Machine,
    readonly mm: Mm,
    /** The whole address space goes away. */
    readonly fullmm: boolean,
  ) {}

  /** Begin: others learn from `tlb_flush_pending` that a flush is on its way. @kernel tlb_gather_mmu */
  static *start(m: Machine, mm: Mm, fullmm = false): Step<MmuGather> {
    yield* m.k.incTlbFlushPending(mm);
    return new MmuGather(m, mm, fullmm);
  }

  /** An entry was cleared: its page is in the range to flush. @kernel tlb_remove_tlb_entry */
  removeTlbEntry(vma: Vma, ptep: Ptep): void {
    this.#vma = vma;
    this.#start = Math.min(this.#start, ptep.vpn);
    this.#end = Math.max(this.#end, ptep.vpn + 1);
  }

  /** Free this page after the flush. @kernel __tlb_remove_page */
  removePage(frame: Frame): void {
    this.#pages.push(frame);
  }

  /** Invalidate what was collected. @kernel tlb_flush_mmu_tlbonly */
  *flushTlbOnly(): Step<void> {
    if (this.#vma === null) return;
    if (this.fullmm) yield* this.m.tlb.flushTlbMm(this.mm);
    else yield* this.m.tlb.flushTlbRange(this.#vma, addrOf(this.#start), addrOf(this.#end));
    this.#vma = null;
    this.#start = Number.POSITIVE_INFINITY;
    this.#end = 0;
  }

  /** Flush, then free: nobody may reach a page once it is back in the allocator. @kernel tlb_finish_mmu */
  *finish(): Step<void> {
    yield* this.flushTlbOnly();
    for (const frame of this.#pages.splice(0)) yield* freePage(this.m, frame);
    yield* this.m.k.decTlbFlushPending(this.mm);
  }
}
