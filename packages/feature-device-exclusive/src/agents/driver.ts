/** Drivers: how a device gets a page for itself, in the two forms that exist. */

import { ptepOf } from '@racewalk/core';
import { localKey, type Step } from '@racewalk/core/step';
import type { Device, Frame, Machine } from '@racewalk/machine';
import { type MakeOptions, makeDeviceExclusiveRange } from '../ops/make-device-exclusive-range.js';
import { putPage, unlockPage } from '../ops/page-lock.js';
import { faultEntry, removeDeviceExclusiveEntry } from '../ops/remove-device-exclusive-entry.js';
import type { Place, Rmap } from '../ops/try-to-protect.js';

/** What a driver works on. */
export interface Target {
  readonly gpu: Device;
  readonly place: Place;
  readonly rmap: Rmap;
}

/** Finds the page and makes it exclusive; it comes back locked and with a reference, or null. */
export type MakeExclusive = (m: Machine, t: Target) => Step<Frame | null>;

/** Where a mutant differs. */
export interface DriverOptions {
  readonly make?: MakeExclusive;
  /** Unlock the page before the device is told. Default false. */
  readonly unlockFirst?: boolean;
  /** When the sequence is sampled. Default before anything is looked up. */
  readonly sample?: 'before' | 'after' | 'never';
  /**
   * What an attempt does about the entry of an earlier one. Default: it faults the page in. `at-once` is the driver since
   * b3fefbb30a16 (6.14), `locked` the driver before, which did not even give the page back.
   */
  readonly restart?: 'fault-in' | 'at-once' | 'locked';
  /** Give up after so many. Default never. */
  readonly attempts?: number;
}

/** Names the place where the driver starts over, for `localKey`. */
const STARTS_OVER = 1;

const RW_EXCLUSIVE = { write: true, exclusive: true } as const;

/** `make_device_exclusive_range` for one page. */
export function makeRange(options: MakeOptions = {}): MakeExclusive {
  return function* (m, { gpu, place, rmap }) {
    const { vma, address } = place;
    const [page] = yield* makeDeviceExclusiveRange(m, vma, address, 1, gpu.name, rmap, options);
    return page ?? null;
  };
}

/** The page of the device's area. */
const indexOf = ({ gpu, place }: Target): number => place.address - gpu.vma.start;

/**
 * A driver that relies on the lock of the page alone, as the documentation allows: until it gives the lock
 * back, no CPU fault takes the page away. False if it did not get the page.
 * @kernel dmirror_exclusive (lib/test_hmm.c)
 */
export function* dmirrorExclusive(m: Machine, t: Target, options: DriverOptions = {}): Step<boolean> {
  const page = yield* (options.make ?? makeRange())(m, t);
  if (page === null) return false;
  if (options.unlockFirst === true) yield* unlockPage(m, page);
  yield* t.gpu.map(m, indexOf(t), page, RW_EXCLUSIVE, null);
  if (options.unlockFirst !== true) yield* unlockPage(m, page);
  yield* putPage(m, page);
  return true;
}

/**
 * A driver that also asks whether anything was invalidated since it began, and then starts over: a page
 * can be lost in ways that do not take its lock. False if it did not get the page.
 *
 * A failed attempt leaves the entry behind. Found by the next one it would be taken back with a
 * notification, which is an invalidation like any other, and so on for ever; so the page is faulted in
 * before the sequence is sampled. The driver in the tree does not do that: see `restart`.
 * @kernel nouveau_atomic_range_fault
 */
export function* nouveauAtomicRangeFault(m: Machine, t: Target, options: DriverOptions = {}): Step<boolean> {
  const {
    sample = 'before',
    make = makeRange(),
    restart = 'fault-in',
    attempts = Number.POSITIVE_INFINITY,
  } = options;
  const { gpu } = t;
  for (let n = 1; ; n++) {
    if (restart === 'fault-in') yield* fixupUserFault(m, t.place);
    else yield* localKey(STARTS_OVER);
    let seq = sample === 'before' ? yield* gpu.intervalReadBegin() : null;
    const page = yield* make(m, t);
    if (page === null) return false;
    if (sample === 'after') seq = yield* gpu.intervalReadBegin();
    const mapped = yield* gpu.map(m, indexOf(t), page, RW_EXCLUSIVE, seq);
    if (mapped || restart !== 'locked') {
      yield* unlockPage(m, page);
      yield* putPage(m, page);
    }
    if (mapped || n >= attempts) return mapped;
  }
}

/** Take a page back that this driver has left exclusive. @kernel fixup_user_fault */
function* fixupUserFault(m: Machine, { vma, address }: Place): Step<void> {
  const vmf = yield* faultEntry(m, vma, ptepOf(vma, address));
  if (vmf !== null) yield* removeDeviceExclusiveEntry(m, vmf);
}
