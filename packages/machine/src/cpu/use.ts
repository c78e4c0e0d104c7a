/** The second half of an access: the frame is reached through a translation, if the TLB still has it. */

import type { AccessKind, PteWord, Vma, Vpn } from '@racewalk/core';
import { type AtomicBody, atomic, type Cell, Order, type Step, type Word } from '@racewalk/core/step';
import { describePte } from '../entries/describe.js';
import type { StepView, UseEvent } from '../observers/observer.js';
import { MemoryView } from '../observers/view.js';
import type { Runs } from '../world/spaces.js';
import type { Machine } from '../world/types.js';

/** Result of a use whose translation was removed; no frame holds this value. */
export const GONE = -0x80000000;

/** Something else that must hold in the step of the access, or it has no effect. */
export interface AlsoHolds {
  /** Words that `holds` looks at. */
  readonly cells: readonly Cell[];
  holds(s: StepView): boolean;
  /** This alone says whether the access may be made: what is used is cached elsewhere. */
  readonly instead?: true;
  /** The access is made, within its step; words that it changes are among `cells`. */
  used?(s: StepView, cached: PteWord): void;
}

/** Use a translation if the TLB still has it. Returns the contents of the frame, or `GONE`. */
export function* useTranslation(
  m: Machine,
  vma: Vma,
  vpn: Vpn,
  access: AccessKind,
  cached: PteWord,
  value: Word,
  when: Runs,
  also?: AlsoHolds,
): Step<Word> {
  const { world, v, cpu } = m;
  const { tlbs } = world;
  const frame = world.frames.at(v.ptePfn(cached));
  const data = frame?.data ?? -1;
  const view = new MemoryView();
  const words = tlbs.words(vma.mm, vpn, vpn + 1, cpu);
  const event: UseEvent | null = frame === undefined ? null : { cpu, vma, vpn, access, cached, frame };
  const run: AtomicBody = (mem, base, faults) => {
    view.at(mem, base);
    const asks = words.length > 0 && also?.instead !== true;
    if (asks && !tlbs.holds((c) => view.get(c), cpu, vma.mm, vpn, cached)) return GONE;
    if (also?.holds(view) === false) return GONE;
    tlbs.used(view, cpu, vma.mm, vpn, cached);
    also?.used?.(view, cached);
    if (event === null) {
      const what = describePte(world.arch, cached);
      faults.fail('UAF', `cpu${cpu} reaches a frame that belongs to nobody: ${what}`);
      return 0;
    }
    for (const o of world.observers) o.use?.(view, event, faults);
    if (data < 0) return 0;
    const held = view.get(data);
    if (access === 'store') view.set(data, value);
    return held;
  };
  const looks = event === null ? [] : world.observers.flatMap((o) => o.useCells?.(event) ?? []);
  const cells = [
    ...new Set([...words, frame?.cell ?? -1, data, ...looks, when.guard, ...(also?.cells ?? [])]),
  ].filter((c) => c >= 0);
  const on = [...words, frame?.cell ?? -1, data].filter((c) => c >= 0);
  const blind = access === 'store' && data >= 0 ? [data] : [];
  const note = { text: `${access} page ${vpn - vma.start}`, does: 'use', on, blind } as const;
  const done = data < 0 ? '' : access === 'store' ? `= ${value}` : null;
  const show = (o: { result: number }) =>
    o.result === GONE ? 'translation is gone, walks again' : (done ?? `→ ${o.result}`);
  return yield* atomic(cells, run, note, { ...when, locked: false, order: Order.RELAXED, show });
}
