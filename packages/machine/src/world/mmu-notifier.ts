/**
 * mmu notifiers: how the kernel tells a secondary MMU (a device, a hypervisor) that translations are removed.
 * @kernel include/linux/mmu_notifier.h
 */
import type { EntryMachine, Mm, Pfn, Vpn } from '@racewalk/core';
import type { Cell, Step, Word } from '@racewalk/core/step';

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
  /** The owner that asks, so that it can ignore its own events. */
  readonly owner?: string;
}

/** A secondary MMU's side of the contract: from the end of `start` to `end` it must not use the range. */
export interface Notifier {
  readonly name: string;
  readonly mm: Mm;
  /** Stop using the range; may wait until all accesses are complete. `m`: the machine of the agent that asks. */
  invalidateRangeStart(range: NotifierRange, m?: EntryMachine): Step<void>;
  /** The secondary MMU may look up the range again. */
  invalidateRangeEnd(range: NotifierRange, m?: EntryMachine): Step<void>;
  /** Whether it caused the invalidation itself, so that it continues. */
  ignores?(range: NotifierRange): boolean;
  /** The primary MMU's TLBs were invalidated: `arch_invalidate_secondary_tlbs`. */
  invalidateSecondaryTlbs?(range: NotifierRange): Step<void>;
  /** Words in which it keeps translations, for observers. */
  readonly translations?: readonly Cell[];
  /** Frame that a word of `translations` leads to, or -1. */
  frameOf?(word: Word): Pfn;
}

/** The kernel's side: tells every notifier of the address space, in order of registration. */
export interface MmuNotifier {
  /** @kernel mmu_notifier_invalidate_range_start */
  mmuNotifierInvalidateRangeStart(range: NotifierRange): Step<void>;
  /** @kernel mmu_notifier_invalidate_range_end */
  mmuNotifierInvalidateRangeEnd(range: NotifierRange): Step<void>;
  /** The callback of one notifier. @kernel mmu_notifier_ops.invalidate_range_start */
  invalidateRangeStart(subscription: Notifier, range: NotifierRange): Step<void>;
  /** @kernel mmu_notifier_ops.invalidate_range_end */
  invalidateRangeEnd(subscription: Notifier, range: NotifierRange): Step<void>;
  /** For secondary MMUs that walk the primary MMU's tables. @kernel mmu_notifier_arch_invalidate_secondary_tlbs */
  archInvalidateSecondaryTlbs(range: NotifierRange): Step<void>;
}
