/**
 * Pages held by reference: by a device that does DMA (a pin), or by a reader (a plain reference). Such a
 * holder uses no translation, so no invalidation reaches it. (Documentation/core-api/pin_user_pages.rst)
 */
import { type AccessKind, type Mm, PTE_ZERO, type Vma, type Vpn } from '@racewalk/core';
import { type AtomicBody, atomic, or, read, type Step, type Word } from '@racewalk/core/step';
import { type Folio, type Frame, type Machine, MemoryView, type UseEvent } from '@racewalk/machine';
import { addTo } from '../folio.js';

/**
 * What one pin adds to the reference count. Linux keeps the pins of a large folio in a counter of their
 * own; here they are told from plain references like those of a small one.
 */
export const GUP_PIN_COUNTING_BIAS = 1024;

/** A page that somebody holds. */
export interface HeldPage {
  /** Where the holder found it. */
  readonly vma: Vma;
  readonly vpn: Vpn;
  readonly frame: Frame;
  /** Pinned, or held by a plain reference. */
  readonly pinned: boolean;
}

const references = (pinned: boolean): number => (pinned ? GUP_PIN_COUNTING_BIAS : 1);

/** Whether any page of the folio may be pinned. @kernel folio_maybe_dma_pinned */
export function* folioMaybeDmaPinned(_m: Machine, folio: Folio): Step<boolean> {
  const show = (o: { readonly result: Word }) => (o.result >= GUP_PIN_COUNTING_BIAS ? '→ yes' : '→ no');
  const label = { op: 'folio_maybe_dma_pinned', text: folio.name };
  return (yield* read(folio.refcount, label, show)) >= GUP_PIN_COUNTING_BIAS;
}

/** From now on fork has to look for pins. Before the first pin, and never taken back. @kernel mm_set_has_pinned_flag */
export function* mmSetHasPinnedFlag(_m: Machine, mm: Mm): Step<void> {
  yield* or(mm.hasPinned, 1, { op: 'mm_set_has_pinned_flag', text: mm.name });
}

/** Hold a page whose folio nobody can free meanwhile. @kernel try_grab_folio */
export function* tryGrabFolio(
  _m: Machine,
  vma: Vma,
  vpn: Vpn,
  frame: Frame,
  pinned: boolean,
): Step<HeldPage> {
  const { folio } = frame;
  yield* addTo(folio.refcount, references(pinned), {
    op: 'try_grab_folio',
    text: `${folio.name} (${pinned ? 'pin' : 'get'})`,
  });
  return { vma, vpn, frame, pinned };
}

/** Let go; answers the reference count that is left. @kernel gup_put_folio */
export function* gupPutFolio(_m: Machine, { frame, pinned }: HeldPage): Step<number> {
  return yield* addTo(frame.folio.refcount, -references(pinned), {
    op: 'gup_put_folio',
    text: frame.folio.name,
  });
}

/** The holder of a page reads it; answers what it holds. */
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
  return yield* atomic(cells, run, note, { locked: false, show });
}

/** What stands in the kernel's table. */
export const PIN = { folioMaybeDmaPinned, mmSetHasPinnedFlag, tryGrabFolio, gupPutFolio } as const;

type PinFunctions = typeof PIN;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends PinFunctions {}
}
