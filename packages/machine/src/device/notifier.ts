/**
 * mmu notifiers: how a secondary MMU (a device, a hypervisor) is told that translations go away.
 * @kernel include/linux/mmu_notifier.h
 */

import type { Mm, Pfn, Vpn } from '@racewalk/core';
import { type AtomicBody, atomic, type Cell, type Step, type Word } from '@racewalk/core/step';
import { MemoryView } from '../observers/view.js';
import type { World } from '../world/world.js';

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
  /** Whether the range is its own doing, so that it goes on. */
  ignores?(range: NotifierRange): boolean;
  /** The primary MMU's TLBs were invalidated: `arch_invalidate_secondary_tlbs`. */
  invalidateSecondaryTlbs?(range: NotifierRange): Step<void>;
  /** Words in which it keeps translations, for observers. */
  readonly translations?: readonly Cell[];
  /** Frame that a word of `translations` leads to, or -1. */
  frameOf?(word: Word): Pfn;
}

/** The kernel's side: calls every registered notifier of the mm, in order of registration. */
export class MmuNotifier {
  constructor(
    private readonly registered: readonly Notifier[],
    private readonly world: World,
  ) {}

  /** @kernel mmu_notifier_invalidate_range_start */
  *mmuNotifierInvalidateRangeStart(range: NotifierRange): Step<void> {
    for (const n of this.registered) if (n.mm === range.mm) yield* n.invalidateRangeStart(range);
    yield* this.#tell(range, 'stopped');
  }

  /** @kernel mmu_notifier_invalidate_range_end */
  *mmuNotifierInvalidateRangeEnd(range: NotifierRange): Step<void> {
    yield* this.#tell(range, 'resumes');
    for (const n of this.registered) if (n.mm === range.mm) yield* n.invalidateRangeEnd(range);
  }

  /** For secondary MMUs that walk the primary MMU's tables. @kernel mmu_notifier_arch_invalidate_secondary_tlbs */
  *archInvalidateSecondaryTlbs(range: NotifierRange): Step<void> {
    for (const n of this.registered) {
      if (n.mm === range.mm && n.invalidateSecondaryTlbs !== undefined)
        yield* n.invalidateSecondaryTlbs(range);
    }
  }

  *#tell(range: NotifierRange, phase: 'stopped' | 'resumes'): Step<void> {
    const { world } = this;
    const watching = world.observers.filter((o) => o.notified !== undefined);
    const cells = watching.flatMap((o) => o.notifiedCells?.(world, range) ?? []);
    if (cells.length === 0) return;
    const view = new MemoryView();
    const run: AtomicBody = (mem, base) => {
      for (const o of watching) o.notified?.(world, view.at(mem, base), range, phase);
      return 0;
    };
    const label = phase === 'stopped' ? 'invalidate_range_start returns' : 'invalidate_range_end is called';
    yield* atomic([...new Set(cells)], run, { text: label, does: 'notify' }, { locked: false });
  }
}
