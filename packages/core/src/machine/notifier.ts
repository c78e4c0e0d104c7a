/**
 * mmu notifiers: how a secondary MMU (a device, a hypervisor) is told that translations go away.
 * @kernel include/linux/mmu_notifier.h
 */
import type { Step } from '../step/step.js';
import type { Vpn } from '../units.js';
import type { Mm } from './tables.js';

/** Why a range is invalidated. @kernel enum mmu_notifier_event */
export type NotifierEvent =
  | 'unmap'
  | 'clear'
  | 'protection-vma'
  | 'protection-page'
  | 'soft-dirty'
  | 'migrate'
  | 'exclusive';

/** `struct mmu_notifier_range`. */
export interface NotifierRange {
  readonly event: NotifierEvent;
  readonly mm: Mm;
  readonly start: Vpn;
  readonly end: Vpn;
  /** Who asks, so that an owner can ignore its own events. */
  readonly owner?: string;
}

/** A secondary MMU's side of the contract: from the end of `start` to `end` it must not use the range. */
export interface Notifier {
  readonly name: string;
  readonly mm: Mm;
  /** Stop using the range; may wait until nobody uses it any more. */
  invalidateRangeStart(range: NotifierRange): Step<void>;
  /** The range may be looked up again. */
  invalidateRangeEnd(range: NotifierRange): Step<void>;
  /** The primary MMU's TLBs were invalidated: `arch_invalidate_secondary_tlbs`. */
  invalidateSecondaryTlbs?(range: NotifierRange): Step<void>;
}

/** The kernel's side: calls every registered notifier of the mm, in order of registration. */
export class MmuNotifier {
  constructor(private readonly registered: readonly Notifier[]) {}

  /** @kernel mmu_notifier_invalidate_range_start */
  *invalidateRangeStart(range: NotifierRange): Step<void> {
    for (const n of this.registered) if (n.mm === range.mm) yield* n.invalidateRangeStart(range);
  }

  /** @kernel mmu_notifier_invalidate_range_end */
  *invalidateRangeEnd(range: NotifierRange): Step<void> {
    for (const n of this.registered) if (n.mm === range.mm) yield* n.invalidateRangeEnd(range);
  }
}
