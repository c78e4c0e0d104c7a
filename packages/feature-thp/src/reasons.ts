/** Why a mutant does not bite on an architecture. */
import type { ArchReason } from '@racewalk/machine';

/** A leaf may become a table while TLBs have it. */
export const noBreak: ArchReason = (arch) =>
  arch.has('leafBreakBeforeMake')
    ? null
    : 'a TLB may hold both sizes, and any of the two may answer: they say the same here';

/** The flush waits for a walker with interrupts off. */
export const flushInterrupts: ArchReason = (arch) =>
  arch.has('ipiFlush') ? 'the flush interrupts the walker, so it waits until the walker is through' : null;
