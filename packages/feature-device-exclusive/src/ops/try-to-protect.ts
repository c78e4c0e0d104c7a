import { addrOf, type Mm, type PteWord, ptepOf, type Vma } from '@racewalk/core';
import { read, type Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { definePageVmaWalk, PVMW_SYNC } from '@racewalk/mm';
import { mmuNotifierRangeInit } from './areas.js';
import type { Notify } from './remove-device-exclusive-entry.js';

/** One place where the reverse map finds a page. */
export interface Place {
  readonly vma: Vma;
  /** Page number. */
  readonly address: number;
}

/** Where a page may be mapped, as its reverse map says; the page is locked. */
export type Rmap = (page: Frame) => Step<readonly Place[]>;

/** What the walk is looking for, and whether it has found it. @kernel struct ttp_args */
export interface TtpArgs {
  readonly mm: Mm;
  /** Page number of the address the caller wants. */
  readonly address: number;
  /** Who asks. */
  readonly owner: string;
  /** Whether the page was mapped, writable, where the caller wants it. */
  valid: boolean;
}

/** Where a mutant differs. */
export interface ProtectOptions {
  /** Count a page as found only at the wanted address. Default true. */
  readonly checkAddress?: boolean;
  /** Count a page as found only if its mapping was writable. Default true. */
  readonly checkWrite?: boolean;
  /** Invalidate TLBs when the mapping is taken down. Default true. */
  readonly flush?: boolean;
  /** How secondary MMUs are told. Default `m.notifier`. */
  readonly notifier?: (m: Machine) => Notify;
}

/** The entry that takes the place of a mapping: the same permission and the same marks. */
export function exclusivePte(m: Machine, page: Frame, pte: PteWord): PteWord {
  const { v } = m;
  const { swap } = m.arch;
  const entry = v.pteWrite(pte)
    ? swap.makeWritableDeviceExclusiveEntry(page.pfn)
    : swap.makeReadableDeviceExclusiveEntry(page.pfn);
  let swp = swap.swpEntryToPte(entry);
  if (v.pteSoftDirty(pte)) swp = swap.pteSwpMksoftDirty(swp);
  if (v.pteUffdWp(pte)) swp = swap.pteSwpMkuffdWp(swp);
  return swp;
}

/**
 * Take one mapping of the page down and leave a device-exclusive entry, bracketed by a notification that
 * its owner can tell from others. @kernel try_to_protect_one (v8), page_make_device_exclusive_one (5.14)
 */
export function* tryToProtectOne(
  m: Machine,
  page: Frame,
  { vma, address }: Place,
  args: TtpArgs,
  options: ProtectOptions = {},
): Step<void> {
  const range = mmuNotifierRangeInit('exclusive', vma, address, address + 1, args.owner);
  const notifier = options.notifier?.(m) ?? m.notifier;
  yield* notifier.mmuNotifierInvalidateRangeStart(range);
  // Linux peeks at the entry before it takes the lock; what it passes by then was not mapped.
  const pvmw = definePageVmaWalk(page, vma, addrOf(address), PVMW_SYNC);
  while (yield* m.k.pageVmaMappedWalk(pvmw)) {
    if (!m.v.ptePresent(pvmw.pteval)) continue;
    const old = yield* protectEntry(m, { vma, address }, page, options.flush !== false);
    const writable = options.checkWrite === false || m.v.pteWrite(old);
    const here = args.mm === vma.mm && args.address === address && writable;
    if (here || options.checkAddress === false) args.valid = true;
  }
  yield* notifier.mmuNotifierInvalidateRangeEnd(range);
}

/** The entry itself, under the page-table lock; returns what stood there. */
export function* protectEntry(m: Machine, { vma, address }: Place, page: Frame, flush = true): Step<PteWord> {
  const ptep = ptepOf(vma, address);
  const addr = addrOf(address);
  const old = flush
    ? yield* m.pte.ptepClearFlush(vma, addr, ptep)
    : yield* m.pte.ptepGetAndClear(vma.mm, addr, ptep);
  if (m.v.pteDirty(old)) yield* m.k.setPageDirty(page);
  yield* m.pte.setPteAt(vma.mm, addr, ptep, exclusivePte(m, page, old));
  // The reference of the mapping passes to the swap entry; the reverse map does not list it.
  yield* m.k.folioRemoveRmapPte(page);
  return old;
}

/**
 * Take all mappings of the locked page down. True if it was mapped where the caller wants it, and is not
 * mapped anywhere any more. @kernel try_to_protect (v8), page_make_device_exclusive (5.14)
 */
export function* tryToProtect(
  m: Machine,
  page: Frame,
  { vma, address }: Place,
  owner: string,
  rmap: Rmap,
  options: ProtectOptions = {},
): Step<boolean> {
  const args: TtpArgs = { mm: vma.mm, address, owner, valid: false };
  for (const place of yield* rmap(page)) yield* tryToProtectOne(m, page, place, args, options);
  if (!args.valid) return false;
  const { mapcount, name } = page.folio;
  return (yield* read(mapcount, { op: 'page_mapcount', text: name }, (o) => `→ ${o.result}`)) === 0;
}

/** Name of {@link tryToProtect} in Linux 5.14. @kernel page_make_device_exclusive */
export const pageMakeDeviceExclusive = tryToProtect;
