/**
 * Faults on entries that are neither empty nor present. (mm/memory.c, mm/swap_state.c, Linux 6.12)
 *
 * Left out: readahead, large folios, KSM, migration and poisoned entries, counters. Slots are freed only
 * where a race follows them (`followSlot`).
 */
import { type AccessKind, addrOf, type Ptep, type PteWord, type SwpEntry, type Vma } from '@racewalk/core';
import { type AtomicBody, atomic, read, type Step } from '@racewalk/core/step';
import type { FaultHandler, Frame, Machine } from '@racewalk/machine';
import { deviceExclusiveEntry } from '../swapops.js';
import { notUsed } from './spare-pages.js';
import { VM_FAULT_SIGSEGV } from './vm-fault.js';

/** A fault, and the entry it was found on. @kernel struct vm_fault */
export interface SwapFault {
  readonly vma: Vma;
  readonly ptep: Ptep;
  /** The entry as the fault found it, read without the page-table lock. */
  readonly origPte: PteWord;
  /** Default a load. */
  readonly access?: AccessKind;
  /** `FAULT_FLAG_*`; default none. */
  readonly flags?: number;
}

/**
 * Whether an entry that was read without the lock stands there, and is no mixture of two. Asked under the lock, and only
 * where entries are read in halves. @kernel pte_unmap_same
 */
export function* pteUnmapSame(m: Machine, { ptep, origPte }: SwapFault): Step<boolean> {
  if (ptep.high < 0) return true;
  yield* m.pteOffsetMapLock(ptep.table);
  const same = m.v.pteSame(yield* m.pte.ptepGet(ptep), origPte);
  yield* m.pteUnmapUnlock(ptep.table);
  return same;
}

/** The page that has a slot, if the race follows that; the swap cache may have dropped it. */
function pageOfSlot(m: Machine, { type, offset }: SwpEntry): Frame | undefined {
  const swappable = (m.world.os.linux?.folios ?? []).filter(({ backing }) => backing.cache >= 0);
  return swappable
    .flatMap(({ frames }) => frames)
    .find((page) => {
      const slot = m.k.pageSwapEntry(page);
      return slot.type === type && slot.offset === offset;
    });
}

/**
 * The page that the swap cache has of a slot, with a reference that is taken in the same step; null if it has none, or
 * if reclaim has frozen the references. @kernel swap_cache_get_folio
 */
export function* swapCacheGetFolio(m: Machine, entry: SwpEntry): Step<Frame | null> {
  const page = pageOfSlot(m, entry);
  if (page === undefined) return null;
  const { refcount, backing, name } = page.folio;
  const run: AtomicBody = (mem, base) => {
    const refs = mem[base + refcount] ?? 0;
    if (mem[base + backing.cache] === 0 || refs === 0) return 0;
    mem[base + refcount] = refs + 1;
    return 1;
  };
  const show = (o: { readonly result: number }) => (o.result === 1 ? '→ there' : '→ not there');
  const there = yield* atomic(
    [backing.cache, refcount],
    run,
    { op: 'swap_cache_get_folio', text: name },
    { show },
  );
  return there === 1 ? page : null;
}

/** @kernel folio_test_swapcache */
export function* folioTestSwapcache(_m: Machine, { folio }: Frame): Step<boolean> {
  const show = (o: { readonly result: number }) => (o.result === 0 ? '→ no' : '→ yes');
  return (yield* read(folio.backing.cache, { op: 'folio_test_swapcache', text: folio.name }, show)) !== 0;
}

/** Read a slot into a page that nobody else knows. @kernel swap_read_folio */
export function* swapReadFolio(m: Machine, page: Frame, entry: SwpEntry): Step<void> {
  const kept = pageOfSlot(m, entry);
  const slot = kept?.folio.backing.disk[kept.index];
  // Without contents there is nothing to read.
  if (slot === undefined || page.data < 0) return;
  const run: AtomicBody = (mem, base) => {
    const held = mem[base + slot] ?? 0;
    mem[base + page.data] = held;
    return held;
  };
  const note = { op: 'swap_read_folio', text: page.name, does: 'copy' } as const;
  yield* atomic([slot, page.data], run, note, { locked: false, show: (o) => `= ${o.result}` });
}

/** A page of its own for the fault, with what the slot holds. */
function* fromSlot(m: Machine, entry: SwpEntry): Step<Frame> {
  const page = m.k.folioPrealloc();
  yield* m.k.swapReadFolio(page, entry);
  return page;
}

/**
 * Bring back what an entry keeps the place of. A page of the swap cache is locked first: reclaim holds that lock from
 * before it sets the swap entry until the page is written, and takes it out of the cache under it. Under the page-table
 * lock the entry is compared with what the fault began with; the reference becomes the mapping's. @kernel do_swap_page
 */
export function* doSwapPage(m: Machine, vmf: SwapFault): Step<void> {
  const { vma, ptep, origPte, flags = 0 } = vmf;
  if (!(yield* m.k.pteUnmapSame(vmf))) return;
  const exclusive = deviceExclusiveEntry(m, origPte);
  if (exclusive !== null) {
    const page = m.k.pfnSwapEntryToPage(exclusive);
    yield* m.k.removeDeviceExclusiveEntry({ vma, ptep, page, origPte, flags });
    return;
  }
  const entry = m.arch.swap.pteToSwpEntry(origPte);
  const swapcache = yield* m.k.swapCacheGetFolio(entry);
  if (swapcache === null) {
    // Kept until the page is mapped: else the slot may be freed and given to another page, and the entry look the same.
    if (!(yield* m.k.swapcachePrepare(entry))) return;
    // What nobody else knows is read and mapped without its lock.
    yield* mapSwapped(m, vmf, yield* fromSlot(m, entry), null);
    return yield* m.k.swapcacheClear(entry);
  }
  if (!(yield* m.k.lockPageOrRetry(swapcache, flags))) return yield* m.k.folioPut(swapcache);
  if (yield* m.k.folioTestSwapcache(swapcache)) return yield* mapSwapped(m, vmf, swapcache, swapcache);
  yield* m.k.unlockPage(swapcache);
  yield* m.k.folioPut(swapcache);
}

/** The second half of `do_swap_page`: under the page-table lock, if the entry still says what it said. */
function* mapSwapped(m: Machine, vmf: SwapFault, page: Frame, swapcache: Frame | null): Step<void> {
  const { vma, ptep, origPte, access } = vmf;
  const { v } = m;
  const { swap } = m.arch;
  yield* m.pteOffsetMapLock(ptep.table);
  if (!v.pteSame(yield* m.pte.ptepGet(ptep), origPte)) {
    yield* m.pteUnmapUnlock(ptep.table);
    if (swapcache === null) return notUsed(m, page);
    yield* m.k.unlockPage(page);
    return yield* m.k.folioPut(page);
  }
  yield* m.k.swapFree(swap.pteToSwpEntry(origPte));
  // A copy of its own is exclusive; the page of the cache is if the entry says that it was.
  const exclusive =
    swapcache === null || swap.pteSwpExclusive(origPte) || (yield* m.k.folioRefCount(page.folio)) === 1;
  let pte = v.pteMkyoung(m.k.mkPte(page, vma));
  if (swap.pteSwpSoftDirty(origPte)) pte = v.pteMksoftDirty(pte);
  if (swap.pteSwpUffdWp(origPte)) pte = v.pteMkuffdWp(pte);
  const writable = exclusive && vma.prot.write && !v.pteUffdWp(pte);
  if (writable) pte = v.pteMkwrite(access === 'store' ? v.pteMkdirty(pte) : pte);
  if (swapcache === null) {
    yield* m.k.folioAddNewAnonRmap(page.folio);
  } else {
    yield* m.k.folioAddRmap(page.folio);
    if (exclusive) yield* m.k.setPageAnonExclusive(page);
  }
  yield* m.pte.setPteAt(vma.mm, addrOf(ptep.vpn), ptep, pte);
  if (swapcache !== null) yield* m.k.unlockPage(page);
  if (access === 'store' && !writable) return yield* m.k.doWpPage({ vma, ptep, access, origPte: pte });
  yield* m.k.updateMmuCache(vma, addrOf(ptep.vpn));
  yield* m.pteUnmapUnlock(ptep.table);
}

/** A fault of user code in anonymous memory that may be in swap: the entry is read without the lock first. */
export const swappedFault: FaultHandler = function* (m, { vma, ptep, access }) {
  const origPte = yield* m.pte.ptepGetLockless(ptep);
  const done = yield* m.k.handlePteFault({ vma, ptep, access, origPte });
  return done === VM_FAULT_SIGSEGV ? 'sigsegv' : 'retry';
};

/** Functions that others call by name. */
export const SWAP = {
  pteUnmapSame,
  swapCacheGetFolio,
  folioTestSwapcache,
  swapReadFolio,
  doSwapPage,
} as const;

type SwapFunctions = typeof SWAP;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends SwapFunctions {}
}
