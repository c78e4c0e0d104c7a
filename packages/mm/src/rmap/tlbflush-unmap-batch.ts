/**
 * Reclaim unmaps many pages, flushes once, and only then writes or frees any of them. Each task has a batch of
 * its deferred flushes; the address space counts them, so that other threads know what is owed.
 * (mm/rmap.c, Linux 6.12)
 */
import { type Mm, PAGE_SIZE, type PteWord, pteAccessible, type Vaddr, vpnOf } from '@racewalk/core';
import { cmpxchg, read, type Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { TTU_BATCH_FLUSH } from './ttu-flags.js';

/** What one task has unmapped and not flushed yet. @kernel struct tlbflush_unmap_batch */
export interface TlbflushUnmapBatch {
  /** The architecture's part: whom to flush. @kernel struct arch_tlbflush_unmap_batch */
  readonly arch: Set<Mm>;
  flushRequired: boolean;
  /** A TLB may hold one of the translations as dirty, and a CPU may store through it without a walk. */
  writable: boolean;
}

/** `current->tlb_ubc`. */
export function tlbUbc(m: Machine): TlbflushUnmapBatch {
  m.current.tlbUbc ??= { arch: new Set(), flushRequired: false, writable: false };
  return m.current.tlbUbc;
}

/** Halves of `tlb_flush_batched`: how many flushes were deferred, and how many of these were made since. */
const TLB_FLUSH_BATCH_FLUSHED_SHIFT = 16;
const TLB_FLUSH_BATCH_PENDING_MASK = (1 << TLB_FLUSH_BATCH_FLUSHED_SHIFT) - 1;

/**
 * Whether the flush may wait for the end of the batch. Never in a kernel without
 * CONFIG_ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH, that is, in a world with `batched: false`. @kernel should_defer_flush
 */
export function shouldDeferFlush(m: Machine, _mm: Mm, flags: number): boolean {
  return (flags & TTU_BATCH_FLUSH) !== 0 && m.world.params.batched !== false;
}

/**
 * Where invalidations are broadcast, this one starts at once and only the wait is deferred; where they
 * interrupt, nothing happens yet. @kernel arch_tlbbatch_add_pending
 */
export function* archTlbbatchAddPending(m: Machine, arch: Set<Mm>, mm: Mm, uaddr: Vaddr): Step<void> {
  arch.add(mm);
  if (!m.arch.has('broadcastTlbi')) return;
  const vma = m.world.vmas.find((v) => v.mm === mm && v.start <= vpnOf(uaddr) && vpnOf(uaddr) < v.end);
  if (vma !== undefined) yield* m.tlb.flushTlbRangeNosync(vma, uaddr, uaddr + PAGE_SIZE);
}

/** @kernel arch_tlbbatch_flush */
export function* archTlbbatchFlush(m: Machine, arch: Set<Mm>): Step<void> {
  if (m.arch.has('broadcastTlbi')) yield* m.tlb.dsb();
  else for (const mm of arch) yield* m.tlb.flushTlbMm(mm);
  arch.clear();
}

/**
 * Defer the flush of an entry that was just emptied. The page-table lock is held: a thread that finds the entry
 * empty also finds the count raised. @kernel set_tlb_ubc_flush_pending
 */
export function* setTlbUbcFlushPending(m: Machine, mm: Mm, pteval: PteWord, uaddr: Vaddr): Step<void> {
  const ubc = tlbUbc(m);
  if (!(yield* pteAccessible(m, mm, pteval))) return;
  yield* m.k.archTlbbatchAddPending(ubc.arch, mm, uaddr);
  ubc.flushRequired = true;
  // Linux starts again from 1 before the lower half overflows; no race gets that far.
  yield* m.k.atomicInc(mm.tlbFlushBatched);
  // A dirty entry was writable not long ago.
  if (m.v.pteDirty(pteval)) ubc.writable = true;
}

/** Make this task's deferred flushes. Called before any page of the batch is freed. @kernel try_to_unmap_flush */
export function* tryToUnmapFlush(m: Machine): Step<void> {
  const ubc = tlbUbc(m);
  if (!ubc.flushRequired) return;
  yield* m.k.archTlbbatchFlush(ubc.arch);
  ubc.flushRequired = false;
  ubc.writable = false;
}

/**
 * The same if a CPU may still store. Called before a page of the batch is written out. @kernel
 * try_to_unmap_flush_dirty
 */
export function* tryToUnmapFlushDirty(m: Machine): Step<void> {
  if (tlbUbc(m).writable) yield* m.k.tryToUnmapFlush();
}

/**
 * Complete the deferred flushes of other tasks. They may have issued their invalidations, but only the CPU that
 * issued one can wait for it. arm64 nevertheless only waited from Linux 6.6 to 6.15 (4b634918384c). @kernel
 * arch_flush_tlb_batched_pending
 */
export function* archFlushTlbBatchedPending(m: Machine, mm: Mm): Step<void> {
  yield* m.tlb.flushTlbMm(mm);
}

/**
 * Make the flushes that reclaim owes this address space. Called under the page-table lock by code that would
 * treat an empty or swapped-out entry as "nothing to flush". @kernel flush_tlb_batched_pending
 */
export function* flushTlbBatchedPending(m: Machine, mm: Mm): Step<void> {
  const batch = yield* read(mm.tlbFlushBatched, { op: 'flush_tlb_batched_pending' });
  const pending = batch & TLB_FLUSH_BATCH_PENDING_MASK;
  const flushed = batch >> TLB_FLUSH_BATCH_FLUSHED_SHIFT;
  if (pending === flushed) return;
  yield* m.k.archFlushTlbBatchedPending(mm);
  // This does not cover a flush deferred meanwhile under another table's lock: then the count stays.
  const paid = pending | (pending << TLB_FLUSH_BATCH_FLUSHED_SHIFT);
  yield* cmpxchg(mm.tlbFlushBatched, batch, paid, 'tlb_flush_batched: flushed');
}

/** Functions that others call by name. */
export const TLBFLUSH_UNMAP_BATCH = {
  shouldDeferFlush,
  archTlbbatchAddPending,
  archTlbbatchFlush,
  setTlbUbcFlushPending,
  tryToUnmapFlush,
  tryToUnmapFlushDirty,
  archFlushTlbBatchedPending,
  flushTlbBatchedPending,
} as const;

type TlbflushUnmapBatchFunctions = typeof TLBFLUSH_UNMAP_BATCH;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends TlbflushUnmapBatchFunctions {}
  interface TaskStruct {
    tlbUbc?: TlbflushUnmapBatch;
  }
}
