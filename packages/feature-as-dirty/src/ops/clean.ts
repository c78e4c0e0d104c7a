/** Cleaning a range of an address_space into a bitmap. @kernel mm/as_dirty_helpers.c, version 4, June 2019 */

import {
  type AddressSpace,
  addrOf,
  PAGE_SIZE,
  type PageTable,
  type Ptep,
  type Vaddr,
  type Vma,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { Bitmap } from '@racewalk/mm';
import { type ApplyAs, recordTouched } from './apply-as.js';
import { vmaOf } from './wrprotect.js';

/** `pgoff_t *`: a number the callee reads and changes. Belongs to one agent. */
export interface PgoffRef {
  value: number;
}

/** `struct apply_as_clean`. */
export interface ApplyAsClean extends ApplyAs {
  /** Page offset of the first bit. */
  readonly bitmapPgoff: number;
  readonly bitmap: Bitmap;
  /** Number of the first bit set by this call or before. */
  bitStart: number;
  /** One more than the number of the last. */
  bitEnd: number;
}

/** `container_of`, where the operation is a cleaning. */
export const cleaning = (aas: ApplyAs): ApplyAsClean => aas as ApplyAsClean;

/** Number of the bit for the page at `addr` of an area. */
export function bitFor(vma: Vma, addr: Vaddr, bitmapPgoff: number): number {
  return (addr - addrOf(vma.start)) / PAGE_SIZE + vma.pgoff - bitmapPgoff;
}

/** Note the bit that was set. */
export function recordBit(clean: Pick<ApplyAsClean, 'bitStart' | 'bitEnd'>, pgoff: number): void {
  clean.bitStart = Math.min(clean.bitStart, pgoff);
  clean.bitEnd = Math.max(clean.bitEnd, pgoff + 1);
}

/** Leaf callback: clean an entry, and set the bit of its page. Returns 0. @kernel apply_pt_clean */
export function* applyPtClean(
  m: Machine,
  pte: Ptep,
  _token: PageTable,
  addr: Vaddr,
  clean: ApplyAsClean,
): Step<number> {
  // The patch says `*pte`, when that and `ptep_get` were the same.
  const ptent = yield* m.pte.ptepGet(pte);
  if (m.v.pteDirty(ptent)) {
    const vma = vmaOf(clean);
    const pgoff = bitFor(vma, addr, clean.bitmapPgoff);
    const oldPte = yield* m.pte.ptepModifyProtStart(vma, addr, pte);
    yield* m.pte.ptepModifyProtCommit(vma, addr, pte, oldPte, m.v.pteMkclean(oldPte));
    recordTouched(clean, addr);
    yield* m.k.__setBit(pgoff, clean.bitmap);
    recordBit(clean, pgoff);
  }
  return 0;
}

/** The closure of one call. */
export function applyAsCleanOf(
  m: Machine,
  bitmap: Bitmap,
  bitmapPgoff: number,
  bitStart: number,
  bitEnd: number,
): ApplyAsClean {
  const clean: ApplyAsClean = {
    mm: null,
    alloc: 0,
    ptefn: (pte, token, addr) => m.k.applyPtClean(pte, token, addr, clean),
    start: 0,
    end: 0,
    total: 0,
    vma: null,
    bitmapPgoff,
    bitmap,
    bitStart,
    bitEnd,
  };
  return clean;
}

/**
 * Clean all entries that map `nr` pages of `mapping` from `firstIndex` on, and set the bit of each page
 * whose entry was dirty. Returns how many entries were. Bit 0 stands for page `bitmapPgoff`.
 *
 * `start` and `end` say which part of the bitmap may have bits set; `start >= end` means none. In and
 * out. Where nothing was set before, `start` comes back as the first bit set, or as `nr` if that is less:
 * exact as long as bit `nr` is behind the range, as it is for `bitmapPgoff = firstIndex`.
 *
 * A CPU may have made entries dirty again when this returns. It never cleans one it does not record.
 *
 * @kernel apply_as_clean
 */
export function* applyAsClean(
  m: Machine,
  mapping: AddressSpace,
  firstIndex: number,
  nr: number,
  bitmapPgoff: number,
  bitmap: Bitmap,
  start: PgoffRef,
  end: PgoffRef,
): Step<number> {
  const noneSet = start.value >= end.value;
  const clean = applyAsCleanOf(m, bitmap, bitmapPgoff, noneSet ? nr : start.value, noneSet ? 0 : end.value);
  const ret = yield* m.k.applyAsRange(mapping, clean, firstIndex, nr);
  start.value = clean.bitStart;
  end.value = clean.bitEnd;
  return ret;
}
