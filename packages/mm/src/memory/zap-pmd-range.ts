/** The level above the entries that are zapped. (mm/memory.c, Linux 6.12) */
import { addrOf, type Vma, type Vpn } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { MmuGather } from '../mmu_gather/mmu-gather.js';
import type { ZapDetails } from './zap-details.js';

/**
 * Zap the huge page of an area whose upper level is followed, or the entries of its table. The entry is looked at without
 * its lock: empty means that there is nothing to do. @kernel zap_pmd_range
 */
export function* zapPmdRange(
  m: Machine,
  tlb: MmuGather,
  vma: Vma,
  start: Vpn = vma.start,
  end: Vpn = vma.end,
  details: ZapDetails | null = null,
): Step<void> {
  const pmdp = m.world.pmds.of(vma.table)?.pmdp;
  if (pmdp === undefined) return;
  for (let vpn = start; vpn < end; ) {
    const pmd = yield* m.pmd.pmdpGetLockless(pmdp);
    if (m.p.pmdNone(pmd)) return;
    if (!m.p.pmdTransHuge(pmd)) vpn = yield* m.k.zapPteRange(tlb, vma, vpn, end, details);
    else if (yield* m.k.zapHugePmd(tlb, vma, pmdp, addrOf(vma.start))) return;
    // Else it has become a table, or nothing, meanwhile: what stands there now.
  }
}

/** Functions that others call by name. */
export const ZAP_PMD_RANGE = { zapPmdRange } as const;

type ZapPmdRangeFunctions = typeof ZAP_PMD_RANGE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends ZapPmdRangeFunctions {}
}
