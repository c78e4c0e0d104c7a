/**
 * Accesses to a page that is held by reference: by a device that does DMA (a pin), or by a reader (a plain
 * reference). Such a holder uses no translation, so no invalidation reaches it.
 */
import { type AccessKind, PTE_ZERO, type Vma, type Vpn } from '@racewalk/core';
import { type AtomicBody, atomic, Order, type Step, type Word } from '@racewalk/core/step';
import { type Frame, type Machine, MemoryView, type UseEvent } from '@racewalk/machine';

/** A page held by reference. */
export interface HeldPage {
  /** Where the holder found it. */
  readonly vma: Vma;
  readonly vpn: Vpn;
  readonly frame: Frame;
}

/** The holder of a page reads it; returns its contents. */
export function loadHeld(m: Machine, held: HeldPage): Step<Word> {
  return useHeld(m, held, 'load', 0);
}

/** The holder of a page writes to it. */
export function* storeHeld(m: Machine, held: HeldPage, value: Word): Step<void> {
  yield* useHeld(m, held, 'store', value);
}

/** One access to a held page; observers see it like any other, made by CPU -1. */
function* useHeld(m: Machine, held: HeldPage, access: AccessKind, value: Word): Step<Word> {
  const { world } = m;
  const { vma, vpn, frame } = held;
  const event: UseEvent = { cpu: -1, vma, vpn, access, cached: PTE_ZERO, frame };
  const view = new MemoryView();
  const run: AtomicBody = (mem, base, faults) => {
    view.at(mem, base);
    for (const o of world.observers) o.use?.(view, event, faults);
    if (frame.data < 0) return 0;
    const was = view.get(frame.data);
    if (access === 'store') view.set(frame.data, value);
    return was;
  };
  const looks = world.observers.flatMap((o) => o.useCells?.(event) ?? []);
  const cells = [...new Set([frame.cell, frame.data, ...looks])].filter((c) => c >= 0);
  const show = (o: { readonly result: Word }) => (access === 'store' ? `= ${value}` : `→ ${o.result}`);
  const note = { text: `${access} to held ${frame.name}`, does: 'use' } as const;
  // Whoever waits for a DMA reads that it is complete first, or takes an interrupt: what it loads then comes after it.
  return yield* atomic(cells, run, note, { locked: false, order: Order.ACQUIRE, show });
}
