/** References and pins: how a page is held, and let go. (mm/gup.c, Linux 6.12; include/linux/mm.h) */
import { type AtomicBody, atomic, type Step, type Word } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { freePage } from '../folio.js';
import type { Folio } from '../folio-table.js';
import { addTo } from '../words.js';
import { FOLL_GET, FOLL_PIN } from './flags.js';
import { GUP_PIN_COUNTING_BIAS } from './pin.js';

/** Take references unless the count is 0, which means that the folio is free, or frozen. @kernel try_get_folio */
export function* tryGetFolio(m: Machine, page: Frame, refs = 1): Step<Folio | null> {
  for (;;) {
    const folio = yield* m.k.pageFolio(page);
    if (!(yield* refTryAdd(folio, refs))) return null;
    // The page may have left the folio before its count was raised: then the reference is to somebody else's.
    if (yield* m.k.stillOf(page, folio)) return folio;
    yield* m.k.folioPutRefs(folio, refs);
  }
}

/** Whether a page belongs to the folio that its head said. No step where no race asks. */
export function* stillOf(m: Machine, page: Frame, folio: Folio): Step<boolean> {
  return page.compound === undefined || (yield* m.k.pageFolio(page)) === folio;
}

function* refTryAdd(folio: Folio, refs: number): Step<boolean> {
  const { refcount } = folio;
  const run: AtomicBody = (mem, base) => {
    const now = mem[base + refcount] ?? 0;
    if (now !== 0) mem[base + refcount] = now + refs;
    return now;
  };
  const show = (o: { readonly result: Word }) => (o.result === 0 ? '→ refused' : `= ${o.result + refs}`);
  const count = yield* atomic([refcount], run, { op: 'try_get_folio', text: folio.name }, { show });
  return count !== 0;
}

/** Take a reference to a folio that is known not to be free; UAF where it is. @kernel folio_get */
export function* folioGet(m: Machine, page: Frame): Step<void> {
  const { refcount, name } = yield* m.k.pageFolio(page);
  const watched = m.world.watches('UAF');
  const run: AtomicBody = (mem, base, faults) => {
    const now = mem[base + refcount] ?? 0;
    if (now === 0 && watched) faults.fail('UAF', `a reference is taken to ${name}, which is free`);
    mem[base + refcount] = now + 1;
    return now;
  };
  yield* atomic([refcount], run, { op: 'folio_get', text: name }, { show: (o) => `= ${o.result + 1}` });
}

/** Drop references; the last one frees the folio. @kernel folio_put */
export function* folioPut(m: Machine, page: Frame, nr = 1): Step<void> {
  const folio = yield* m.k.pageFolio(page);
  if ((yield* m.k.folioPutRefs(folio, nr)) !== 0) return;
  for (const frame of folio.frames) if (yield* m.k.stillOf(frame, folio)) yield* freePage(m, frame);
}

/** How many references such a hold is. */
const references = (refs: number, flags: number): number =>
  (flags & FOLL_PIN) !== 0 ? refs * GUP_PIN_COUNTING_BIAS : refs;

/**
 * Hold a page that was found without a lock; null if it is free by now. A pin takes a reference first: only
 * then is the page known to belong to a folio. @kernel try_grab_folio_fast
 */
export function* tryGrabFolioFast(m: Machine, page: Frame, refs: number, flags: number): Step<Folio | null> {
  if ((flags & FOLL_GET) !== 0) return yield* m.k.tryGetFolio(page, refs);
  const folio = yield* m.k.tryGetFolio(page, refs);
  if (folio === null) return null;
  yield* m.k.folioRefAdd(folio, refs * (GUP_PIN_COUNTING_BIAS - 1));
  return folio;
}

/** Hold a folio that cannot be freed meanwhile, because the page-table lock is held. @kernel try_grab_folio */
export function* tryGrabFolio(_m: Machine, folio: Folio, refs: number, flags: number): Step<void> {
  const text = `${folio.name} (${(flags & FOLL_PIN) !== 0 ? 'pin' : 'get'})`;
  yield* addTo(folio.refcount, references(refs, flags), { op: 'try_grab_folio', text });
}

/** Let go; the last reference frees the folio. @kernel gup_put_folio */
export function* gupPutFolio(m: Machine, page: Frame, refs: number, flags: number): Step<void> {
  yield* m.k.folioPut(page, references(refs, flags));
}

/** Functions that others call by name. */
export const GRAB = {
  tryGetFolio,
  stillOf,
  folioGet,
  folioPut,
  tryGrabFolioFast,
  tryGrabFolio,
  gupPutFolio,
} as const;

type GrabFunctions = typeof GRAB;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends GrabFunctions {}
}
