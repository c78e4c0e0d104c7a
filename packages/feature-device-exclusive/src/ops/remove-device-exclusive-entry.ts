import type { NotifierEvent, Ptep, PteWord, Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { FaultHandler, Frame, Machine } from '@racewalk/machine';
import { mmuNotifierRangeInit } from './areas.js';
import { deviceExclusiveEntry, pfnSwapEntryToPage } from './entries.js';
import { type FaultFlags, lockPageOrRetry, putPage, tryGetPage, unlockPage } from './page-lock.js';
import { type RestoreOptions, restoreExclusivePte } from './restore-exclusive-pte.js';

/** `struct vm_fault`, as far as it is used here. */
export interface VmFault {
  readonly vma: Vma;
  /** Page number of the fault. */
  readonly address: number;
  readonly ptep: Ptep;
  /** The page the entry names. */
  readonly page: Frame;
  /** The entry as the fault found it, before the page-table lock was dropped. */
  readonly origPte: PteWord;
}

/** Who is called at the start and at the end of an invalidation. */
export type Notify = Pick<
  Machine['notifier'],
  'mmuNotifierInvalidateRangeStart' | 'mmuNotifierInvalidateRangeEnd'
>;

/** The choices of the handler; the defaults are the kernel's, anything else is for mutants. */
export interface RemoveOptions extends FaultFlags, RestoreOptions {
  /** Take a reference before the lock. Default true (Linux 6.3; the thread's version had none). */
  readonly pin?: boolean;
  /** Take the page's lock. Default true. */
  readonly lock?: boolean;
  /** When secondary MMUs are told. Default before the entry is restored. */
  readonly notify?: 'before' | 'after' | 'never';
  /** Look whether the entry is still the one that faulted. Default true. */
  readonly recheck?: boolean;
  /** What secondary MMUs are told. Default `clear`, as in v8; merged was `exclusive`, with no owner. */
  readonly event?: NotifierEvent;
  /** How secondary MMUs are told. Default `m.notifier`. */
  readonly notifier?: (m: Machine) => Notify;
}

/**
 * A CPU wants a page that a device has for itself: tell the device, wait until it has stopped, and make
 * the entry present. The lock of the page keeps away whoever is just about to give it to a device.
 * False if the fault has to start over. @kernel remove_device_exclusive_entry
 */
export function* removeDeviceExclusiveEntry(
  m: Machine,
  vmf: VmFault,
  options: RemoveOptions = {},
): Step<boolean> {
  const { vma, page, address } = vmf;
  const { pin = true, lock = true, notify = 'before', recheck = true, event = 'clear' } = options;
  // Nothing keeps the page once the page-table lock is dropped; if it is free, so is the entry.
  if (pin && !(yield* tryGetPage(m, page))) return true;
  if (lock && !(yield* lockPageOrRetry(m, page, options))) {
    if (pin) yield* putPage(m, page);
    return false;
  }
  const notifier = options.notifier?.(m) ?? m.notifier;
  const range = mmuNotifierRangeInit(event, vma, address);
  if (notify === 'before') yield* notifier.mmuNotifierInvalidateRangeStart(range);
  yield* m.pteOffsetMapLock(vmf.ptep.table);
  const same = m.v.pteSame(yield* m.pte.ptepGet(vmf.ptep), vmf.origPte);
  if (same || !recheck) yield* restoreExclusivePte(m, vma, page, address, vmf.ptep, vmf.origPte, options);
  yield* m.pteUnmapUnlock(vmf.ptep.table);
  if (notify === 'after') yield* notifier.mmuNotifierInvalidateRangeStart(range);
  if (lock) yield* unlockPage(m, page);
  if (pin) yield* putPage(m, page);
  if (notify !== 'never') yield* notifier.mmuNotifierInvalidateRangeEnd(range);
  return true;
}

/** The entry as a fault finds it: read under the page-table lock, which is dropped again. */
export function* faultEntry(m: Machine, vma: Vma, ptep: Ptep): Step<VmFault | null> {
  yield* m.pteOffsetMapLock(ptep.table);
  const origPte = yield* m.pte.ptepGet(ptep);
  yield* m.pteUnmapUnlock(ptep.table);
  const entry = deviceExclusiveEntry(m, origPte);
  if (entry === null) return null;
  return { vma, address: ptep.vpn, ptep, page: pfnSwapEntryToPage(m, entry), origPte };
}

/** The part of the fault handler that deals with device-exclusive entries. @kernel do_swap_page */
export function doSwapPage(options: RemoveOptions = {}): FaultHandler {
  return function* (m, { vma, ptep }) {
    const vmf = yield* faultEntry(m, vma, ptep);
    if (vmf === null) return 'default';
    yield* removeDeviceExclusiveEntry(m, vmf, options);
    return 'retry';
  };
}
