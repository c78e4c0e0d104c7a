/** Zaps of a range of one area, with notifier and gather. (mm/memory.c, Linux 6.12) */
import { type Vaddr, type Vma, type Vpn, vpnOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine, NotifierRange } from '@racewalk/machine';
import type { MmuGather } from '../mmu_gather/mmu-gather.js';
import type { ZapDetails } from './zap-details.js';

/**
 * Empty the entries of a range. In the model an area lies in one table: the level above it is walked where the race follows
 * that, and those above it never.
 * @kernel unmap_page_range
 */
export function* unmapPageRange(
  m: Machine,
  tlb: MmuGather,
  vma: Vma,
  start: Vpn,
  end: Vpn,
  details: ZapDetails | null,
): Step<void> {
  yield* m.k.tlbStartVma(tlb, vma);
  if (m.world.pmds.of(vma.table)?.follows === true) yield* m.k.zapPmdRange(tlb, vma, start, end, details);
  else for (let vpn = start; vpn < end; ) vpn = yield* m.k.zapPteRange(tlb, vma, vpn, end, details);
  yield* m.k.tlbEndVma(tlb, vma);
}

/**
 * Throw the pages of a range away: secondary MMUs are notified before, TLBs flushed at the end. `address` and `size`
 * in bytes. @kernel zap_page_range_single
 */
export function* zapPageRangeSingle(
  m: Machine,
  vma: Vma,
  address: Vaddr,
  size: number,
  details: ZapDetails | null,
): Step<void> {
  const [start, end] = [vpnOf(address), vpnOf(address + size)];
  const range: NotifierRange = { event: 'clear', mm: vma.mm, start, end };
  const tlb = yield* m.k.tlbGatherMmu(vma.mm);
  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  yield* m.k.unmapPageRange(tlb, vma, start, end, details);
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  yield* m.k.tlbFinishMmu(tlb);
}

/** Functions that others call by name. */
export const ZAP_PAGE_RANGE = { unmapPageRange, zapPageRangeSingle } as const;

type ZapPageRangeFunctions = typeof ZAP_PAGE_RANGE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends ZapPageRangeFunctions {}
}
