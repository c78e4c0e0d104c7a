/** Whether a page may be pinned. (include/linux/mm.h, mm/gup.c; Documentation/core-api/pin_user_pages.rst) */
import type { Mm, Vma } from '@racewalk/core';
import { or, read, type Step, type Word } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import { FOLL_PIN, FOLL_WRITE } from './flags.js';

/**
 * What one pin adds to the reference count. Linux keeps the pins of a large folio in a counter of their
 * own; here they are distinguished from plain references as in a small one.
 */
export const GUP_PIN_COUNTING_BIAS = 1024;

/** Whether any page of the folio may be pinned. @kernel folio_maybe_dma_pinned */
export function* folioMaybeDmaPinned(_m: Machine, folio: Folio): Step<boolean> {
  const show = (o: { readonly result: Word }) => (o.result >= GUP_PIN_COUNTING_BIAS ? '→ yes' : '→ no');
  const label = { op: 'folio_maybe_dma_pinned', text: folio.name };
  return (yield* read(folio.refcount, label, show)) >= GUP_PIN_COUNTING_BIAS;
}

/**
 * From now on fork has to check for pins. Set before the first pin, and never cleared. @kernel
 * mm_set_has_pinned_flag
 */
export function* mmSetHasPinnedFlag(_m: Machine, mm: Mm): Step<void> {
  yield* or(mm.hasPinned, 1, { op: 'mm_set_has_pinned_flag', text: mm.name });
}

/**
 * Whether a pin for reading must first give the process its own page. Only pins for reading need this: pins for
 * writing have found a writable entry, and so an exclusive page. @kernel gup_must_unshare
 */
export function* gupMustUnshare(m: Machine, _vma: Vma | null, flags: number, page: Frame): Step<boolean> {
  if ((flags & (FOLL_WRITE | FOLL_PIN)) !== FOLL_PIN) return false;
  return !(yield* m.k.pageAnonExclusive(page));
}

/** Functions that others call by name. */
export const PIN = { folioMaybeDmaPinned, mmSetHasPinnedFlag, gupMustUnshare } as const;

type PinFunctions = typeof PIN;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends PinFunctions {}
}
