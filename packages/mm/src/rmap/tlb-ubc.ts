/**
 * What one task has unmapped and not flushed yet: reclaim takes many pages from their mappings, flushes
 * once, and only then lets anybody have them. How others learn of the debt is in `flush-batched.ts`.
 * @kernel struct tlbflush_unmap_batch, mm/rmap.c
 */
import { type Mm, PAGE_SIZE, type PteWord, pteAccessible, type Vaddr, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { setTlbUbcFlushPending } from './flush-batched.js';

/** Tells others that this address space is owed a flush. */
export type AnnounceBatch = (m: Machine, mm: Mm) => Step<void>;

/** One task's batch, made anew each time an agent starts, like the agent. */
export class TlbUbc {
  readonly #mms = new Set<Mm>();
  #writable = false;

  constructor(
    readonly m: Machine,
    private readonly announce: AnnounceBatch = setTlbUbcFlushPending,
  ) {}

  /** Whether a flush is owed. */
  get flushRequired(): boolean {
    return this.#mms.size > 0;
  }

  /**
   * Put off the flush of one entry that was just emptied. Called under the page-table lock. Where
   * invalidations are broadcast this one starts at once and only the wait for it is put off; where they
   * interrupt, nothing happens yet. @kernel set_tlb_ubc_flush_pending, arch_tlbbatch_add_pending
   */
  *setTlbUbcFlushPending(vma: Vma, pteval: PteWord, addr: Vaddr): Step<void> {
    if (!(yield* pteAccessible(this.m, vma.mm, pteval))) return;
    if (this.m.arch.has('broadcastTlbi')) yield* this.m.tlb.flushTlbRangeNosync(vma, addr, addr + PAGE_SIZE);
    this.#mms.add(vma.mm);
    yield* this.announce(this.m, vma.mm);
    // A dirty entry was writable not long ago, and a TLB that has it dirty stores without another look.
    if (this.m.v.pteDirty(pteval)) this.#writable = true;
  }

  /** Make the flush that is owed. Before any page of the batch is freed. @kernel try_to_unmap_flush */
  *tryToUnmapFlush(): Step<void> {
    const mms = [...this.#mms];
    this.#mms.clear();
    this.#writable = false;
    if (mms.length === 0) return;
    if (this.m.arch.has('broadcastTlbi')) yield* this.m.tlb.dsb();
    else for (const mm of mms) yield* this.m.tlb.flushTlbMm(mm);
  }

  /** The same if somebody may still store. Before a page of the batch is written out. @kernel try_to_unmap_flush_dirty */
  *tryToUnmapFlushDirty(): Step<void> {
    if (this.#writable) yield* this.tryToUnmapFlush();
  }
}
