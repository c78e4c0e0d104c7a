/**
 * Making a page exclusive in the form that was asked for in review, and never merged: sealed during the first walk.
 * (v2 of the series, with the entry changed along the way as proposed for v8)
 */
import { addrOf, ptepOf, type Vma, type Vpn } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { exclusivePte, FOLL_GET, FOLL_WRITE, type MakeExclusiveArgs, type PlacesOf } from '@racewalk/mm';
import type { MakeExclusive } from '../agents/driver.js';

/** What one look at the address came to. */
export type Sealed = { readonly page: Frame; readonly locked: boolean } | null;

/** Leave an entry where the page is mapped, as `page_make_device_exclusive_one` does. */
function* seal(m: Machine, vma: Vma, address: Vpn, page: Frame): Step<void> {
  const ptep = ptepOf(vma, address);
  const old = yield* m.pte.ptepClearFlush(vma, addrOf(address), ptep);
  if (m.v.pteDirty(old)) yield* m.k.setPageDirty(page);
  yield* m.pte.setPteAt(vma.mm, addrOf(address), ptep, exclusivePte(m, page, old));
  yield* m.k.folioRemoveRmapPte(page);
}

/**
 * The first walk: find the page, lock it, and take the wanted mapping down, all under one page-table lock.
 * Nobody can then put another page there: code that restores the entry needs the page's lock.
 * @kernel hmm_exclusive_pmd (v2)
 */
export function* hmmExclusivePmd(m: Machine, vma: Vma, address: Vpn, owner: string): Step<Sealed> {
  const ptep = ptepOf(vma, address);
  const range = { event: 'exclusive', mm: vma.mm, start: address, end: address + 1, owner } as const;
  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  yield* m.pteOffsetMapLock(ptep.table);
  const pte = yield* m.pte.ptepGet(ptep);
  const page = m.v.pteWrite(pte) ? m.k.vmNormalPage(pte) : null;
  const locked = page !== null && (yield* m.k.trylockPage(page));
  if (page !== null) yield* m.k.getPage(page);
  if (page !== null && locked) yield* seal(m, vma, address, page);
  yield* m.pteUnmapUnlock(ptep.table);
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  return page === null ? null : { page, locked };
}

/**
 * Make one page exclusive: sealed during the first walk, then a walk of the reverse map for all other mappings. No
 * address has to be looked at again. @kernel hmm_exclusive_range (v2)
 */
export function* hmmExclusiveRange(
  m: Machine,
  vma: Vma,
  address: Vpn,
  owner: string,
  rmap: PlacesOf,
): Step<Frame | null> {
  for (;;) {
    const found = yield* m.k.hmmExclusivePmd(vma, address, owner);
    if (found === null) {
      const page = yield* m.k.getUserPagesRemote(vma, address, FOLL_GET | FOLL_WRITE);
      if (page === null) return null;
      yield* m.k.putPage(page);
      continue;
    }
    const { page, locked } = found;
    if (!locked) {
      yield* m.k.waitOnPageLocked(page);
      yield* m.k.putPage(page);
      continue;
    }
    const args: MakeExclusiveArgs = { mm: vma.mm, address, owner, valid: true };
    for (const other of yield* rmap(page)) {
      const same = other.vma === vma && other.address === address;
      if (!same) yield* m.k.pageMakeDeviceExclusiveOne(page, other.vma, other.address, args);
    }
    return page;
  }
}

/** The same for a driver. */
export const sealed: MakeExclusive = (m, { gpu, place, rmap }) =>
  m.k.hmmExclusiveRange(place.vma, place.address, gpu.name, rmap);

/** Functions that a race adds, to be called by name. */
export const HMM_EXCLUSIVE = { hmmExclusivePmd, hmmExclusiveRange } as const;

type HmmExclusiveFunctions = typeof HMM_EXCLUSIVE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends HmmExclusiveFunctions {}
}
