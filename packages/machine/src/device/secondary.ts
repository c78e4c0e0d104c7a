/** Accesses of a secondary MMU (a device, a hypervisor) to memory, and their reports to observers. */

import { type AtomicBody, atomic, type Cell, type Step, type Word } from '@racewalk/core/step';
import type { SecondaryUseEvent } from '../observers/observer.js';
import { MemoryView } from '../observers/view.js';
import type { Machine } from '../world/types.js';

/** What else happens in the step of the access. */
export interface SecondaryUseOptions {
  /** A count of accesses in flight: this one is over. */
  readonly busy?: Cell;
  /** The access is made only if this word still holds this value. */
  readonly while?: { readonly cell: Cell; readonly holds: Word };
}

/** Result of an access whose translation was removed; no frame holds this value. */
const GONE = -0x80000000;

/**
 * One access of a secondary MMU reaches its frame; false if its translation has gone. A store adds 1 to
 * what the frame holds, where contents are followed.
 */
export function* secondaryUse(
  m: Machine,
  event: SecondaryUseEvent,
  text: string,
  options: SecondaryUseOptions = {},
): Step<boolean> {
  const { world } = m;
  const { frame, access } = event;
  const { busy = -1, while: still } = options;
  const { data } = frame;
  const view = new MemoryView();
  const run: AtomicBody = (mem, base, faults) => {
    view.at(mem, base);
    if (still !== undefined && view.get(still.cell) !== still.holds) return GONE;
    for (const o of world.observers) o.secondaryUse?.(view, event, faults);
    if (busy >= 0) view.set(busy, view.get(busy) - 1);
    if (data < 0) return 0;
    const held = view.get(data);
    if (access === 'store') view.set(data, held + 1);
    return held;
  };
  const looks = world.observers.flatMap((o) => o.secondaryCells?.(event) ?? []);
  const cells = [...new Set([frame.cell, data, busy, still?.cell ?? -1, ...looks])].filter((c) => c >= 0);
  const show = (o: { readonly result: Word }) => {
    if (o.result === GONE) return 'translation is gone';
    return data < 0 ? '' : `→ ${o.result}`;
  };
  const on = [still?.cell ?? -1, frame.cell, data].filter((c) => c >= 0);
  return (yield* atomic(cells, run, { text, does: 'use', on }, { locked: false, show })) !== GONE;
}
