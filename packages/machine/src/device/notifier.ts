/** The notifiers of a world, called by the kernel and watched by the observers. */
import type { EntryMachine } from '@racewalk/core';
import { type AtomicBody, atomic, type Step } from '@racewalk/core/step';
import type { CallStack } from '../agent/binder.js';
import { MemoryView } from '../observers/view.js';
import type { MmuNotifier, Notifier, NotifierRange } from '../world/mmu-notifier.js';
import type { World } from '../world/types.js';

/** Names of the notifier calls. */
export const NOTIFIER_OPS: readonly (keyof MmuNotifier)[] = [
  'mmuNotifierInvalidateRangeStart',
  'mmuNotifierInvalidateRangeEnd',
  'invalidateRangeStart',
  'invalidateRangeEnd',
  'archInvalidateSecondaryTlbs',
];

/** Whose notifiers they are: the machine of one agent. */
interface Owner extends EntryMachine {
  readonly world: World;
  readonly calls: CallStack;
  readonly agent: string;
  /** These operations themselves, as a variant may have replaced them. */
  readonly notifier: MmuNotifier;
}

/** The kernel's side: calls every registered notifier of the mm, in order of registration. */
export class NotifierCalls implements MmuNotifier {
  constructor(readonly m: Owner) {}

  *mmuNotifierInvalidateRangeStart(range: NotifierRange): Step<void> {
    const { notifier, world } = this.m;
    for (const n of world.notifiers) if (n.mm === range.mm) yield* notifier.invalidateRangeStart(n, range);
    yield* this.#tell(range, 'stopped');
  }

  *mmuNotifierInvalidateRangeEnd(range: NotifierRange): Step<void> {
    const { notifier, world } = this.m;
    yield* this.#tell(range, 'resumes');
    for (const n of world.notifiers) if (n.mm === range.mm) yield* notifier.invalidateRangeEnd(n, range);
  }

  *invalidateRangeStart(subscription: Notifier, range: NotifierRange): Step<void> {
    yield* subscription.invalidateRangeStart(range, this.m);
  }

  *invalidateRangeEnd(subscription: Notifier, range: NotifierRange): Step<void> {
    yield* subscription.invalidateRangeEnd(range, this.m);
  }

  *archInvalidateSecondaryTlbs(range: NotifierRange): Step<void> {
    for (const n of this.m.world.notifiers) {
      if (n.mm === range.mm && n.invalidateSecondaryTlbs !== undefined)
        yield* n.invalidateSecondaryTlbs(range);
    }
  }

  *#tell(range: NotifierRange, phase: 'stopped' | 'resumes'): Step<void> {
    const { world } = this.m;
    const watching = world.observers.filter((o) => o.notified !== undefined);
    const cells = watching.flatMap((o) => o.notifiedCells?.(range) ?? []);
    if (cells.length === 0) return;
    const view = new MemoryView();
    const run: AtomicBody = (mem, base) => {
      for (const o of watching) o.notified?.(view.at(mem, base), range, phase);
      return 0;
    };
    const label = phase === 'stopped' ? 'invalidate_range_start returns' : 'invalidate_range_end is called';
    yield* atomic([...new Set(cells)], run, { text: label, does: 'notify' }, { locked: false });
  }
}
