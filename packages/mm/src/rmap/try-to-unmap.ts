/**
 * Unmapping a folio. (mm/rmap.c, Linux 6.12)
 *
 * Left out: huge and poisoned pages, counters, `pte_unused`, and that a slot is counted once more if its page turns out to be
 * pinned.
 */
import { type PteWord, type SwpEntry, type Vaddr, type Vma, vpnOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine, NotifierRange } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import { defineFolioVmaWalk, PVMW_SYNC } from './pvmw.js';
import { folioMapping } from './rmap-walk.js';
import { TTU_IGNORE_MLOCK, TTU_RMAP_LOCKED, TTU_SYNC } from './ttu-flags.js';

/** Where a page of the swap cache is kept: slot `index` of the folio's part of device 1. @kernel page_swap_entry */
export function pageSwapEntry(_m: Machine, subpage: Frame): SwpEntry {
  return { type: 1, offset: 0x10 + subpage.index };
}

/** The page of the folio that an entry maps. @kernel folio_page */
function folioPage(folio: Folio, pfn: number): Frame {
  const page = folio.frames.find((frame) => frame.pfn === pfn);
  if (page === undefined) throw new RangeError(`frame ${pfn} is not a page of ${folio.name}`);
  return page;
}

/** The swap entry that takes the place of a mapping, with the marks that survive a swap. */
function swapPte(m: Machine, entry: SwpEntry, pteval: PteWord): PteWord {
  const { swap } = m.arch;
  let swpPte = swap.swpEntryToPte(entry);
  if (m.v.pteSoftDirty(pteval)) swpPte = swap.pteSwpMksoftDirty(swpPte);
  if (m.v.pteUffdWp(pteval)) swpPte = swap.pteSwpMkuffdWp(swpPte);
  return swpPte;
}

/**
 * Unmap the folio from one area. Anonymous pages leave a swap entry behind; pages of files and lazily freed ones
 * leave nothing. False if a mapping had to stay. @kernel try_to_unmap_one
 */
export function* tryToUnmapOne(
  m: Machine,
  folio: Folio,
  vma: Vma,
  address: Vaddr,
  flags: number,
): Step<boolean> {
  const { mm } = vma;
  const pvmw = defineFolioVmaWalk(folio, vma, address, (flags & TTU_SYNC) !== 0 ? PVMW_SYNC : 0);
  const range: NotifierRange = { event: 'clear', mm, start: vpnOf(address), end: vpnOf(pvmw.end) };
  let ret = true;

  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  while (yield* m.k.pageVmaMappedWalk(pvmw)) {
    const { pte, address: addr } = pvmw;
    if ((flags & TTU_IGNORE_MLOCK) === 0 && vma.flags.locked === true) {
      yield* m.k.pageVmaMappedWalkDone(pvmw);
      ret = false;
      break;
    }
    const subpage = folioPage(folio, m.v.ptePfn(pvmw.pteval));
    let pteval: PteWord;
    if (m.k.shouldDeferFlush(mm, flags)) {
      pteval = yield* m.pte.ptepGetAndClear(mm, addr, pte);
      yield* m.k.setTlbUbcFlushPending(mm, pteval, addr);
    } else {
      pteval = yield* m.pte.ptepClearFlush(vma, addr, pte);
    }

    // Only now: until the entry was empty the hardware could make it dirty.
    if (m.v.pteDirty(pteval)) yield* m.k.folioMarkDirty(folio);

    if (folioMapping(folio) === null && !folio.swapbacked) {
      // Lazily freed. The entry is already empty, so a thread that takes a reference now notices that and drops it.
      yield* m.k.smpMb();
      const refCount = yield* m.k.folioRefCount(folio);
      const mapCount = yield* m.k.folioMapcount(folio);
      yield* m.k.smpRmb();
      // Check dirty after the count: a thread marks the folio before it drops its reference.
      const discard = refCount === 1 + mapCount && !(yield* m.k.folioTestDirty(folio));
      if (!discard) {
        yield* m.pte.setPteAt(mm, addr, pte, pteval);
        yield* m.k.pageVmaMappedWalkDone(pvmw);
        ret = false;
        break;
      }
    } else if (folioMapping(folio) === null) {
      const entry = m.k.pageSwapEntry(subpage);
      const anonExclusive = yield* m.k.pageAnonExclusive(subpage);
      // The entry is already empty: a pin that is taken without a lock from now on notices that and is given back.
      if (
        !(yield* m.k.swapDuplicate(entry)) ||
        (anonExclusive && !(yield* m.k.folioTryShareAnonRmapPte(folio, subpage)))
      ) {
        yield* m.pte.setPteAt(mm, addr, pte, pteval);
        yield* m.k.pageVmaMappedWalkDone(pvmw);
        ret = false;
        break;
      }
      const swap = swapPte(m, entry, pteval);
      yield* m.pte.setPteAt(mm, addr, pte, anonExclusive ? m.arch.swap.pteSwpMkexclusive(swap) : swap);
    }
    yield* m.k.folioRemoveRmapPte(subpage);
    yield* m.k.folioPut(subpage);
  }
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  return ret;
}

/**
 * Unmap the folio from every area; the caller checks `folio_mapped` for the result. Linux stops as soon as the
 * folio is unmapped (`folio_not_mapped`), which only saves the rest of the walk. @kernel try_to_unmap
 */
export function* tryToUnmap(m: Machine, folio: Folio, flags: number): Step<void> {
  const rwc = {
    rmapOne: (page: Folio, vma: Vma, address: Vaddr) => m.k.tryToUnmapOne(page, vma, address, flags),
  };
  if ((flags & TTU_RMAP_LOCKED) !== 0) yield* m.k.rmapWalkLocked(folio, rwc);
  else yield* m.k.rmapWalk(folio, rwc);
}

/** Functions that others call by name. */
export const TRY_TO_UNMAP = { pageSwapEntry, tryToUnmapOne, tryToUnmap } as const;

type TryToUnmapFunctions = typeof TRY_TO_UNMAP;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends TryToUnmapFunctions {}
}
