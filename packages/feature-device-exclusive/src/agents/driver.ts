/** Drivers: how a device gets a page for itself, in the two forms that exist. */
import { localKey, type Step } from '@racewalk/core/step';
import type { Device, Frame, Machine } from '@racewalk/machine';
import type { Place, PlacesOf } from '@racewalk/mm';

/** What a driver works on. */
export interface Target {
  readonly gpu: Device;
  readonly place: Place;
  readonly rmap: PlacesOf;
}

/** Finds the page and makes it exclusive; it comes back locked and with a reference, or null. */
export type MakeExclusive = (m: Machine, t: Target) => Step<Frame | null>;

/** `make_device_exclusive_range` for one page. */
export const makeRange: MakeExclusive = function* (m, { gpu, place, rmap }) {
  const { vma, address } = place;
  const [page] = yield* m.k.makeDeviceExclusiveRange(vma, address, 1, gpu.name, rmap);
  return page ?? null;
};

/** Give the device the page, if nothing was invalidated since `seq`; `null` does not ask. */
export function mapPage(m: Machine, { gpu, place }: Target, page: Frame, seq: number | null): Step<boolean> {
  return gpu.map(m, place.address - gpu.vma.start, page, { write: true, exclusive: true }, seq);
}

/** Give the page back: from here on a CPU fault may have it. */
export function* letGo(m: Machine, page: Frame): Step<void> {
  yield* m.k.unlockPage(page);
  yield* m.k.putPage(page);
}

/**
 * A driver that relies on the lock of the page alone, as the documentation allows: until it gives the lock
 * back, no CPU fault takes the page away. False if it did not get the page.
 * @kernel dmirror_exclusive (lib/test_hmm.c)
 */
export function* dmirrorExclusive(m: Machine, t: Target, make: MakeExclusive = makeRange): Step<boolean> {
  const page = yield* make(m, t);
  if (page === null) return false;
  yield* mapPage(m, t, page, null);
  yield* letGo(m, page);
  return true;
}

/** How a driver looks for its page. */
export interface Search {
  readonly make?: MakeExclusive;
  /** Give up after so many attempts. Default never. */
  readonly attempts?: number;
}

/**
 * A driver that also asks whether anything was invalidated since it began, and then starts over: a page
 * can be lost in ways that do not take its lock. False if it did not get the page.
 *
 * A failed attempt leaves the entry behind. Found by the next one it would be taken back with a
 * notification, which is an invalidation like any other, and so on for ever; so the page is faulted in
 * before the sequence is sampled. The driver in the tree does not do that: see `retry-for-ever`.
 * @kernel nouveau_atomic_range_fault
 */
export function* nouveauAtomicRangeFault(m: Machine, t: Target, search: Search = {}): Step<boolean> {
  const { make = makeRange, attempts = Number.POSITIVE_INFINITY } = search;
  for (let n = 1; ; n++) {
    yield* m.k.fixupUserFault(t.place.vma, t.place.address);
    const seq = yield* t.gpu.intervalReadBegin();
    const page = yield* make(m, t);
    if (page === null) return false;
    const mapped = yield* mapPage(m, t, page, seq);
    yield* letGo(m, page);
    if (mapped || n >= attempts) return mapped;
  }
}

/** The same with the sequence sampled when the page was looked up: nothing seems to have happened. */
export function* samplesLate(m: Machine, t: Target): Step<boolean> {
  for (;;) {
    yield* m.k.fixupUserFault(t.place.vma, t.place.address);
    const page = yield* makeRange(m, t);
    if (page === null) return false;
    const mapped = yield* mapPage(m, t, page, yield* t.gpu.intervalReadBegin());
    yield* letGo(m, page);
    if (mapped) return true;
  }
}

/** Names the place where the driver starts over, for `localKey`. */
const STARTS_OVER = 1;

/**
 * The driver of the tree, which faults nothing in: since 6.14 (b3fefbb30a16), or, with `keepsLock`, before, when
 * it did not even give the page back.
 */
export function* startsOver(m: Machine, t: Target, keepsLock: boolean): Step<boolean> {
  for (;;) {
    yield* localKey(STARTS_OVER);
    const seq = yield* t.gpu.intervalReadBegin();
    const page = yield* makeRange(m, t);
    if (page === null) return false;
    const mapped = yield* mapPage(m, t, page, seq);
    if (mapped || !keepsLock) yield* letGo(m, page);
    if (mapped) return true;
  }
}
