/**
 * Device-exclusive entries on the way back: what a fault and a fork make of them. (mm/memory.c, Linux 5.14; the
 * reference of the fault is of 6.3, and the entry is handed on rather than read again, as since 6.15)
 */
import { addrOf, type Ptep, type PteWord, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { deviceExclusiveEntry } from '../swapops.js';

/** A fault on an entry that keeps the place of a page. @kernel struct vm_fault */
export interface ExclusiveFault {
  readonly vma: Vma;
  readonly ptep: Ptep;
  /** The page the entry names. */
  readonly page: Frame;
  /** The entry as the fault found it, before the page-table lock was dropped. */
  readonly origPte: PteWord;
  /** `FAULT_FLAG_*`. */
  readonly flags: number;
}

/** Write permission if the area has it: a forced write makes a copy, and no permission. @kernel maybe_mkwrite */
export function maybeMkwrite(m: Machine, pte: PteWord, vma: Vma): PteWord {
  return vma.prot.write ? m.v.pteMkwrite(pte) : pte;
}

/** An entry for the page with what the area permits but writing, which takes a fault. @kernel mk_pte */
export function mkPte(m: Machine, page: Frame, vma: Vma): PteWord {
  return m.v.pfnPte(page.pfn, m.v.mkProt({ ...vma.prot, write: false }));
}

/** What a device-exclusive entry becomes: old, and writable if it says so and the area still allows it. */
export function restoredPte(m: Machine, vma: Vma, page: Frame, origPte: PteWord): PteWord {
  const { v } = m;
  const { swap } = m.arch;
  let pte = v.pteMkold(m.k.mkPte(page, vma));
  if (swap.pteSwpSoftDirty(origPte)) pte = v.pteMksoftDirty(pte);
  if (swap.pteSwpUffdWp(origPte)) return v.pteMkuffdWp(pte);
  // The device may have written: nobody but this entry knows.
  if (swap.isWritableDeviceExclusiveEntry(swap.pteToSwpEntry(origPte)))
    pte = m.k.maybeMkwrite(v.pteMkdirty(pte), vma);
  return pte;
}

/**
 * Make a device-exclusive entry present again. The page-table lock and the page's lock are held; secondary MMUs have
 * been told. The reference stays: it passes from the swap entry to the mapping. Nothing is invalidated elsewhere, because
 * what is not present is not cached, or costs another CPU one fault. @kernel restore_exclusive_pte
 */
export function* restoreExclusivePte(
  m: Machine,
  vma: Vma,
  page: Frame,
  ptep: Ptep,
  origPte: PteWord,
): Step<void> {
  const pte = restoredPte(m, vma, page, origPte);
  yield* m.pte.setPteAt(vma.mm, addrOf(ptep.vpn), ptep, pte);
  yield* m.k.updateMmuCache(vma, addrOf(ptep.vpn));
  yield* m.k.pageAddAnonRmap(page);
  if (vma.flags.locked === true) yield* m.k.mlockVmaPage(page);
}

/**
 * A CPU wants a page that a device has for itself: tell the device, wait until it has stopped, and make the entry
 * present. The page's lock excludes a driver that is about to give the page to a device. False if the fault has to
 * start over. @kernel remove_device_exclusive_entry
 */
export function* removeDeviceExclusiveEntry(m: Machine, vmf: ExclusiveFault): Step<boolean> {
  const { vma, ptep, page, origPte } = vmf;
  // Nothing keeps the page once the page-table lock is dropped; if it is free, so is the entry.
  if (!(yield* m.k.getPageUnlessZero(page))) return true;
  if (!(yield* m.k.lockPageOrRetry(page, vmf.flags))) {
    yield* m.k.putPage(page);
    return false;
  }
  const range = { event: 'exclusive', mm: vma.mm, start: ptep.vpn, end: ptep.vpn + 1 } as const;
  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  yield* m.pteOffsetMapLock(ptep.table);
  if (m.v.pteSame(yield* m.pte.ptepGet(ptep), origPte))
    yield* m.k.restoreExclusivePte(vma, page, ptep, origPte);
  yield* m.pteUnmapUnlock(ptep.table);
  yield* m.k.unlockPage(page);
  yield* m.k.putPage(page);
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  return true;
}

/**
 * Restore the parent's entry before it is copied; false if the lock of its page is taken. Secondary MMUs were told
 * at the start of the fork. @kernel try_restore_exclusive_pte
 */
export function* tryRestoreExclusivePte(
  m: Machine,
  srcPte: Ptep,
  srcVma: Vma,
  origPte: PteWord,
): Step<boolean> {
  const entry = deviceExclusiveEntry(m, origPte);
  if (entry === null) return true;
  const page = m.k.pfnSwapEntryToPage(entry);
  if (!(yield* m.k.trylockPage(page))) return false;
  yield* m.k.restoreExclusivePte(srcVma, page, srcPte, origPte);
  yield* m.k.unlockPage(page);
  return true;
}

/**
 * The entry at an address is looked at under its lock, and if a device has the page it is taken back. False if no
 * device has it.
 */
export function* takeBack(m: Machine, vma: Vma, ptep: Ptep, flags = 0): Step<boolean> {
  yield* m.pteOffsetMapLock(ptep.table);
  const origPte = yield* m.pte.ptepGet(ptep);
  yield* m.pteUnmapUnlock(ptep.table);
  if (deviceExclusiveEntry(m, origPte) === null) return false;
  yield* m.k.doSwapPage({ vma, ptep, origPte, flags });
  return true;
}

/** Functions that others call by name. */
export const DEVICE_EXCLUSIVE = {
  maybeMkwrite,
  mkPte,
  restoreExclusivePte,
  removeDeviceExclusiveEntry,
  tryRestoreExclusivePte,
} as const;

type DeviceExclusiveFunctions = typeof DEVICE_EXCLUSIVE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends DeviceExclusiveFunctions {}
}
