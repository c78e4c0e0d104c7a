/** Hints of which node uses a page: entries without access, so that the next access faults. (mm/mempolicy.c, Linux 6.12) */
import type { Vma, Vpn } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/** Make the entries of a range inaccessible, with one flush for all. @kernel change_prot_numa */
export function* changeProtNuma(m: Machine, vma: Vma, start: Vpn, end: Vpn): Step<number> {
  const tlb = yield* m.k.tlbGatherMmu(vma.mm);
  const changed = yield* m.k.changeProtection(tlb, vma, start, end, { prot: vma.prot, protNuma: true });
  yield* m.k.tlbFinishMmu(tlb);
  return changed;
}

/** Functions that others call by name. */
export const PROT_NUMA = { changeProtNuma } as const;

type ProtNumaFunctions = typeof PROT_NUMA;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends ProtNumaFunctions {}
}
