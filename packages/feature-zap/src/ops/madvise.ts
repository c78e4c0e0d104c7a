import type { Vma, Vpn } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { tlbFinishMmu, tlbFinishMmuAlone, tlbGatherMmu } from '../gather/gather.js';
import { ZAP_FLAG_FORCE_FLUSH, type ZapDetails, zapPteRange } from './zap-pte-range.js';

/** How a call differs from the kernel's. */
export interface MadvisePlan extends ZapDetails {
  /** Pages of the area, counted from its start: from `from`, `pages` many. Default all. */
  readonly from?: number;
  readonly pages?: number;
  /** Take `mmap_lock`, shared. Default false: most races have nobody who takes it exclusively. */
  readonly mmapLock?: boolean;
  /** Drop `mmap_lock` before the flush. Default false. */
  readonly unlockEarly?: boolean;
  /** Look at other gathers at the end. Default true. */
  readonly nested?: boolean;
}

/** What the proposal adds to MADV_DONTNEED. */
export const FORCE_FLUSH: MadvisePlan = Object.freeze({ zapFlags: ZAP_FLAG_FORCE_FLUSH });

/** Throw the pages of a range away. @kernel zap_page_range_single, madvise_dontneed_single_vma */
export function* madviseDontneed(m: Machine, vma: Vma, plan: MadvisePlan = {}): Step<void> {
  const { from = 0, pages = vma.end - vma.start - from, mmapLock = false, unlockEarly = false } = plan;
  const start: Vpn = vma.start + from;
  const end = start + pages;
  if (mmapLock) yield* m.k.downRead(vma.mm.mmapLock);
  const tlb = yield* tlbGatherMmu(m, vma.mm);
  yield* zapPteRange(tlb, vma, start, end, plan);
  if (mmapLock && unlockEarly) yield* m.k.upRead(vma.mm.mmapLock);
  if (plan.nested === false) yield* tlbFinishMmuAlone(tlb);
  else yield* tlbFinishMmu(tlb, vma, start, end);
  if (mmapLock && !unlockEarly) yield* m.k.upRead(vma.mm.mmapLock);
}
