/**
 * Pinning a page for a device: without a lock if nothing comes between, else under the mmap lock.
 * (mm/gup.c, Linux 6.9)
 */

import { ptepOf, type Vma, type Vpn } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { SparePages } from '../memory/cow.js';
import type { GupOptions } from './gup.js';
import { GUP_PIN_COUNTING_BIAS, type HeldPage } from './pin.js';

/** When the sequence count of fork is looked at: around the walk, as Linux does; after it; not at all. */
export type SequenceCheck = 'around' | 'late' | 'never';

/** How a lockless pin differs from that of Linux. */
export interface PinOptions extends GupOptions {
  readonly sequence?: SequenceCheck;
}

/**
 * The lockless part. What it found may have become shared by a fork meanwhile; then the pin is given back
 * and the answer is null, as where the walk itself gives up. @kernel lockless_pages_from_mm
 */
function* lockless(m: Machine, vma: Vma, vpn: Vpn, options: PinOptions): Step<HeldPage | null> {
  const { sequence = 'around', ...rest } = options;
  const seq = vma.mm.writeProtectSeq;
  let before = 0;
  if (sequence === 'around') {
    before = yield* m.k.rawReadSeqcount(seq);
    if (before % 2 !== 0) return null;
  }
  const frame = yield* m.k.getUserPagesFast(vma, vpn, { write: true, ...rest, pin: true });
  if (frame === null) return null;
  // Too late: a fork that is through already, or has not begun, looks the same as none.
  if (sequence === 'late') before = yield* m.k.rawReadSeqcount(seq);
  const changed = sequence !== 'never' && (before % 2 !== 0 || (yield* m.k.readSeqcountRetry(seq, before)));
  if (!changed) return { vma, vpn, frame, pinned: true };
  yield* m.k.folioPut(frame, GUP_PIN_COUNTING_BIAS);
  return null;
}

/** Pin a page that will be written. `spares` are for copies on write. @kernel pin_user_pages_fast */
export function* pinUserPagesFast(
  m: Machine,
  vma: Vma,
  vpn: Vpn,
  spares: SparePages,
  options: PinOptions = {},
): Step<HeldPage | null> {
  yield* m.k.mmSetHasPinnedFlag(vma.mm);
  return (yield* lockless(m, vma, vpn, options)) ?? (yield* m.k.pinUserPages(vma, vpn, spares));
}

/** The same under the mmap lock: fork is not under way. @kernel pin_user_pages */
export function* pinUserPages(m: Machine, vma: Vma, vpn: Vpn, spares: SparePages): Step<HeldPage | null> {
  const ptep = ptepOf(vma, vpn);
  yield* m.k.mmSetHasPinnedFlag(vma.mm);
  yield* m.k.downRead(vma.mm.mmapLock);
  let held: HeldPage | null = null;
  for (;;) {
    yield* m.pteOffsetMapLock(ptep.table);
    const pte = yield* m.pte.ptepGet(ptep);
    const frame = m.v.ptePresent(pte) ? m.world.frames.at(m.v.ptePfn(pte)) : undefined;
    if (frame !== undefined && m.v.pteWrite(pte)) held = yield* m.k.tryGrabFolio(vma, vpn, frame, true);
    yield* m.pteUnmapUnlock(ptep.table);
    if (held !== null || (yield* m.k.handlePteFault(vma, ptep, true, spares)) === 'sigsegv') break;
  }
  yield* m.k.upRead(vma.mm.mmapLock);
  return held;
}

/** What stands in the kernel's table. */
export const PIN_FAST = { pinUserPagesFast, pinUserPages } as const;

type PinFastFunctions = typeof PIN_FAST;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends PinFastFunctions {}
}
