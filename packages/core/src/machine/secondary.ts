/** What a secondary MMU (a device, a hypervisor) does to memory, and what observers are told of it. */
import type { SecondaryUseEvent } from '../invariants/observer.js';
import type { AtomicBody, Cell, Word } from '../step/op.js';
import { atomic } from '../step/primitives.js';
import type { Step } from '../step/step.js';
import type { Machine } from './machine.js';
import { MemoryView } from './view.js';

/**
 * One access of a secondary MMU reaches its frame; answers what the frame held (0 where contents are not
 * followed). A store adds 1. `busy`, if given, is a count of accesses in flight: this one is over.
 */
export function* secondaryUse(
  m: Machine,
  event: SecondaryUseEvent,
  label: string,
  busy: Cell = -1,
): Step<Word> {
  const { world } = m;
  const { frame, access } = event;
  const { data } = frame;
  const view = new MemoryView();
  const run: AtomicBody = (mem, base, faults) => {
    view.at(mem, base);
    for (const o of world.observers) o.secondaryUse?.(world, view, event, faults);
    if (busy >= 0) view.set(busy, view.get(busy) - 1);
    if (data < 0) return 0;
    const held = view.get(data);
    if (access === 'store') view.set(data, held + 1);
    return held;
  };
  const looks = world.observers.flatMap((o) => o.secondaryCells?.(world, event) ?? []);
  const cells = [...new Set([frame.cell, data, busy, ...looks])].filter((c) => c >= 0);
  const show = (o: { readonly result: Word }) => (data < 0 ? '' : `→ ${o.result}`);
  return yield* atomic(cells, run, label, { locked: false, show });
}
