/** How fork copies the entries of an area: the way from `dup_mmap` to one run of entries. (mm/memory.c, Linux 6.12) */
import { ptepOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { addTo } from '../words.js';
import type { CopyProgress } from './copy-present.js';
import { mmCounter } from './rss.js';

/** Copy on write is for private areas; we assume that they may become writable. @kernel is_cow_mapping */
export const isCowMapping = (_m: Machine, vma: Vma): boolean => !vma.shared;

/** Why copying stopped: at the end; a page is needed; the lock of a device's page is taken. */
type Stopped = 0 | 'EAGAIN' | 'EBUSY';

/** Copies as far as it goes: where it stopped, and why. Both page-table locks are held. */
function* copyWhileLocked(
  m: Machine,
  dstVma: Vma,
  srcVma: Vma,
  from: number,
  progress: CopyProgress,
): Step<readonly [vpn: number, why: Stopped]> {
  let vpn = from;
  while (vpn < srcVma.end) {
    const srcPte = ptepOf(srcVma, vpn);
    const dstPte = ptepOf(dstVma, vpn);
    let ptent = yield* m.pte.ptepGet(srcPte);
    if (m.v.pteNone(ptent)) {
      vpn++;
      continue;
    }
    if (!m.v.ptePresent(ptent)) {
      const ret = yield* m.k.copyNonpresentPte(dstVma, srcVma, dstPte, srcPte, ptent);
      if (ret === 'EBUSY') return [vpn, ret];
      if (ret === 0) {
        vpn++;
        continue;
      }
      // It was device-exclusive and is restored: what stands there now is copied.
      ptent = yield* m.pte.ptepGet(srcPte);
    }
    const nr = yield* m.k.copyPresentPtes(dstVma, srcVma, dstPte, srcPte, ptent, srcVma.end - vpn, progress);
    if (nr === 0) return [vpn, 'EAGAIN'];
    vpn += nr;
  }
  return [vpn, 0];
}

/**
 * All entries of an area, under both page-table locks. Fails with EBUSY where somebody has the lock of a page that a
 * device uses alone: to wait for it here would be to wait with the locks held. @kernel copy_pte_range
 */
export function* copyPteRange(m: Machine, dstVma: Vma, srcVma: Vma): Step<0 | 'EBUSY'> {
  const progress: CopyProgress = { anonPages: 0, prealloc: null };
  let [vpn, why] = [srcVma.start, 'EAGAIN' as Stopped];
  while (why === 'EAGAIN') {
    yield* m.pteOffsetMapLock(dstVma.table);
    yield* m.pteOffsetMapLock(srcVma.table);
    [vpn, why] = yield* copyWhileLocked(m, dstVma, srcVma, vpn, progress);
    yield* m.pteUnmapUnlock(srcVma.table);
    yield* m.pteUnmapUnlock(dstVma.table);
    if (why === 'EAGAIN') progress.prealloc = m.k.folioPrealloc();
  }
  yield* m.k.addMmRssVec(dstVma, progress.anonPages);
  return why;
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
export function* copyPageRange(m: Machine, dstVma: Vma, srcVma: Vma): Step<0 | 'EBUSY'> {
  const { mm, start, end } = srcVma;
  const range = { event: 'protection-page', mm, start, end } as const;
  const isCow = m.k.isCowMapping(srcVma);
  if (isCow) {
    yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
    yield* m.k.rawWriteSeqcountBegin(mm.writeProtectSeq);
  }
  const ret = yield* m.k.copyPteRange(dstVma, srcVma);
  if (isCow) {
    yield* m.k.rawWriteSeqcountEnd(mm.writeProtectSeq);
    yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  }
  return ret;
}

/**
 * Copy one area of a process; its other threads run on. Their translations are invalidated before the mmap lock
 * is dropped: until then no fault acts on an entry that differs from a TLB. @kernel dup_mmap
 */
export function* dupMmap(m: Machine, dstVma: Vma, srcVma: Vma): Step<0 | 'EBUSY'> {
  yield* m.lock(srcVma.mm.mmapLock);
  const ret = yield* m.k.copyPageRange(dstVma, srcVma);
  // Also where it failed: what was copied before has lost write permission.
  yield* m.tlb.flushTlbMm(srcVma.mm);
  yield* m.unlock(srcVma.mm.mmapLock);
  return ret;
}

/** Functions that others call by name. */
export const COPY = { isCowMapping, copyPteRange, addMmRssVec, copyPageRange, dupMmap } as const;

type CopyFunctions = typeof COPY;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends CopyFunctions {}
}
