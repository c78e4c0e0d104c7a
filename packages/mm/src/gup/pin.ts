/** Who may have pinned a page. (include/linux/mm.h, mm/gup.c; Documentation/core-api/pin_user_pages.rst) */
import type { Mm, Vma } from '@racewalk/core';
import { or, read, type Step, type Word } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import { FOLL_PIN, FOLL_WRITE } from './flags.js';

/**
 * What one pin adds to the reference count. Linux keeps the pins of a large folio in a counter of their
 * own; here they are told from plain references like those of a small one.
 */
export const GUP_PIN_COUNTING_BIAS = 1024;

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

/**
 * Whether a pin for reading has to give the process a page of its own first. Only pins that do not write ask:
 * those that write have found a writable entry, and so an exclusive page. @kernel gup_must_unshare
 */
export function* gupMustUnshare(m: Machine, _vma: Vma | null, flags: number, page: Frame): Step<boolean> {
  if ((flags & (FOLL_WRITE | FOLL_PIN)) !== FOLL_PIN) return false;
  return !(yield* m.k.pageAnonExclusive(page));
}

/** What stands in the kernel's table. */
export const PIN = { folioMaybeDmaPinned, mmSetHasPinnedFlag, gupMustUnshare } as const;

type PinFunctions = typeof PIN;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends PinFunctions {}
}
