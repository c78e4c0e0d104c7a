/** How fork copies the entries of an area: the way from `dup_mmap` to one run of entries. (mm/memory.c, Linux 6.12) */
import { ptepOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { addTo } from '../folio.js';
import type { CopyProgress } from './copy-present.js';
import { mmCounter } from './rss.js';

/** Copy on write is for private areas; we assume that they may become writable. @kernel is_cow_mapping */
export const isCowMapping = (_m: Machine, vma: Vma): boolean => !vma.shared;

/** Copies until the end, or until a page is needed; returns where it stopped. Both page-table locks are held. */
function* copyWhileLocked(
  m: Machine,
  dstVma: Vma,
  srcVma: Vma,
  from: number,
  progress: CopyProgress,
): Step<number> {
  let vpn = from;
  while (vpn < srcVma.end) {
    const srcPte = ptepOf(srcVma, vpn);
    const ptent = yield* m.pte.ptepGet(srcPte);
    if (!m.v.ptePresent(ptent)) {
      vpn++;
      continue;
    }
    const maxNr = srcVma.end - vpn;
    const nr = yield* m.k.copyPresentPtes(
      dstVma,
      srcVma,
      ptepOf(dstVma, vpn),
      srcPte,
      ptent,
      maxNr,
      progress,
    );
    if (nr === 0) break;
    vpn += nr;
  }
  return vpn;
}

/** All entries of an area, under both page-table locks. @kernel copy_pte_range */
export function* copyPteRange(m: Machine, dstVma: Vma, srcVma: Vma): Step<void> {
  const progress: CopyProgress = { anonPages: 0, prealloc: null };
  let vpn = srcVma.start;
  while (vpn < srcVma.end) {
    yield* m.pteOffsetMapLock(dstVma.table);
    yield* m.pteOffsetMapLock(srcVma.table);
    vpn = yield* copyWhileLocked(m, dstVma, srcVma, vpn, progress);
    yield* m.pteUnmapUnlock(srcVma.table);
    yield* m.pteUnmapUnlock(dstVma.table);
    if (vpn < srcVma.end) progress.prealloc = m.k.folioPrealloc();
  }
  yield* m.k.addMmRssVec(dstVma, progress.anonPages);
}

/** Charge an address space for so many pages, where the race follows that. @kernel add_mm_rss_vec */
export function* addMmRssVec(m: Machine, { mm }: Vma, anonPages: number): Step<void> {
  const cell = mmCounter(m.world, mm);
  if (cell !== undefined) yield* addTo(cell, anonPages, { op: 'add_mm_rss_vec', text: mm.name });
}

/**
 * One area. Where pages become shared for copy on write, a sequence count tells code that pins pages without a
 * lock that its reads may be out of date. @kernel copy_page_range
 */
export function* copyPageRange(m: Machine, dstVma: Vma, srcVma: Vma): Step<void> {
  const { mm, start, end } = srcVma;
  const range = { event: 'protection-page', mm, start, end } as const;
  const isCow = m.k.isCowMapping(srcVma);
  if (isCow) {
    yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
    yield* m.k.rawWriteSeqcountBegin(mm.writeProtectSeq);
  }
  yield* m.k.copyPteRange(dstVma, srcVma);
  if (isCow) {
    yield* m.k.rawWriteSeqcountEnd(mm.writeProtectSeq);
    yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  }
}

/**
 * Copy one area of a process; its other threads run on. Their translations are invalidated before the mmap lock
 * is dropped: until then no fault acts on an entry that differs from a TLB. @kernel dup_mmap
 */
export function* dupMmap(m: Machine, dstVma: Vma, srcVma: Vma): Step<void> {
  yield* m.lock(srcVma.mm.mmapLock);
  yield* m.k.copyPageRange(dstVma, srcVma);
  yield* m.tlb.flushTlbMm(srcVma.mm);
  yield* m.unlock(srcVma.mm.mmapLock);
}

/** Functions that others call by name. */
export const COPY = { isCowMapping, copyPteRange, addMmRssVec, copyPageRange, dupMmap } as const;

type CopyFunctions = typeof COPY;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends CopyFunctions {}
}
