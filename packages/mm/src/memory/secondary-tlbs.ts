/** Devices with a TLB of their own, which walk the tables of a process. (mm/memory.c, arch/arm64/include/asm/tlbflush.h, Linux 6.12) */
import type { Ptep, Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';

/**
 * An entry permits more than before. Devices are told where CPUs are, since 6.6: in the flush that `ptep_set_access_flags` ends
 * with. Its lock is held. Takes no step where no device walks the tables.
 */
export function* tellDevices(m: Machine, vma: Vma, ptep: Ptep, pages = 1): Step<void> {
  const { vpn } = ptep;
  const range = { event: 'protection-page', mm: vma.mm, start: vpn, end: vpn + pages } as const;
  yield* m.notifier.archInvalidateSecondaryTlbs(range);
}
