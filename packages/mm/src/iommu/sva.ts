/** Faults of devices that walk the tables of a process. (drivers/iommu/iommu-sva.c, Linux 6.12) */
import type { AccessKind, Ptep, Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/**
 * The fault of a device, handled as one of a CPU; null if the access is not allowed. Else the device is told to try again, whether
 * or not anything was changed. @kernel iommu_sva_handle_mm
 */
export function* iommuSvaHandleMm(m: Machine, vma: Vma, ptep: Ptep, access: AccessKind): Step<true | null> {
  return (yield* m.k.handleMmFault(vma, ptep, access)) < 0 ? null : true;
}

/** Functions that others call by name. */
export const SVA = { iommuSvaHandleMm } as const;

type SvaFunctions = typeof SVA;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends SvaFunctions {}
}
