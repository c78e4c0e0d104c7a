/** Giving a device pages for itself. (mm/rmap.c, Linux 5.14) */
import { addrOf, type Mm, type PteWord, RacewalkError, type Vma, type Vpn } from '@racewalk/core';
import { or, read, type Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { FOLL_GET, FOLL_WRITE } from '../gup/flags.js';
import { PageFlag } from '../page-flags.js';
import { definePageVmaWalk, PVMW_SYNC } from './pvmw.js';

/** One place where the reverse map finds a page. */
export interface Place {
  readonly vma: Vma;
  /** Page number. */
  readonly address: Vpn;
}

/** Where a page may be mapped, as its reverse map says; the page is locked. */
export type PlacesOf = (page: Frame) => Step<readonly Place[]>;

/** What the walk is looking for, and whether it has found it. @kernel struct make_exclusive_args */
export interface MakeExclusiveArgs {
  readonly mm: Mm;
  /** Page number of the address the caller wants. */
  readonly address: Vpn;
  /** Who asks. */
  readonly owner: string;
  /** Whether the page was mapped, writable, where the caller wants it. */
  valid: boolean;
}

/**
 * One mapping more of an anonymous page. Pages of files are never made exclusive, so here that is an error.
 * @kernel page_add_anon_rmap
 */
export function* pageAddAnonRmap(m: Machine, page: Frame): Step<void> {
  yield* m.k.folioAddRmap(page.folio);
  if (!m.world.watches('RMAP')) return;
  const flags = yield* read(page.cell, { op: 'PageAnon', text: page.name });
  if ((flags & PageFlag.ANON) !== 0) return;
  throw new RacewalkError('RACEWALK_INTERNAL', `${page.name} was exclusive to a device and is not anonymous`);
}

/** Note that a locked area maps the page. @kernel mlock_vma_page */
export function* mlockVmaPage(_m: Machine, page: Frame): Step<void> {
  yield* or(page.cell, PageFlag.MLOCKED, { op: 'mlock_vma_page', text: page.name });
}

/** The entry that takes the place of a mapping: the same permission and the same marks. */
export function exclusivePte(m: Machine, page: Frame, pteval: PteWord): PteWord {
  const { v } = m;
  const { swap } = m.arch;
  const entry = v.pteWrite(pteval)
    ? swap.makeWritableDeviceExclusiveEntry(page.pfn)
    : swap.makeReadableDeviceExclusiveEntry(page.pfn);
  let swpPte = swap.swpEntryToPte(entry);
  if (v.pteSoftDirty(pteval)) swpPte = swap.pteSwpMksoftDirty(swpPte);
  if (v.pteUffdWp(pteval)) swpPte = swap.pteSwpMkuffdWp(swpPte);
  return swpPte;
}

/**
 * Take one mapping of the page down and leave a device-exclusive entry, bracketed by a notification that its owner
 * can tell from others. @kernel page_make_device_exclusive_one
 */
export function* pageMakeDeviceExclusiveOne(
  m: Machine,
  page: Frame,
  vma: Vma,
  address: Vpn,
  args: MakeExclusiveArgs,
): Step<void> {
  const { mm } = vma;
  const addr = addrOf(address);
  // The kernel first looks without the lock, and passes by what maps nothing; here every look is under it.
  const pvmw = definePageVmaWalk(page, vma, addr, PVMW_SYNC);
  const range = { event: 'exclusive', mm, start: address, end: address + 1, owner: args.owner } as const;
  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  while (yield* m.k.pageVmaMappedWalk(pvmw)) {
    if (!m.v.ptePresent(pvmw.pteval)) {
      yield* m.k.pageVmaMappedWalkDone(pvmw);
      break;
    }
    const pteval = yield* m.pte.ptepClearFlush(vma, addr, pvmw.pte);
    // What the mapping knew of stores must not go with it.
    if (m.v.pteDirty(pteval)) yield* m.k.setPageDirty(page);
    if (args.mm === mm && args.address === address && m.v.pteWrite(pteval)) args.valid = true;
    yield* m.pte.setPteAt(mm, addr, pvmw.pte, exclusivePte(m, page, pteval));
    // The reference of the mapping passes to the swap entry; the reverse map does not list it.
    yield* m.k.folioRemoveRmapPte(page);
  }
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
}

/**
 * Take all mappings of the locked page down. True if it was mapped where the caller wants it, and is not mapped
 * anywhere any more. @kernel page_make_device_exclusive
 */
export function* pageMakeDeviceExclusive(
  m: Machine,
  page: Frame,
  mm: Mm,
  address: Vpn,
  owner: string,
  placesOf: PlacesOf,
): Step<boolean> {
  const args: MakeExclusiveArgs = { mm, address, owner, valid: false };
  for (const place of yield* placesOf(page))
    yield* m.k.pageMakeDeviceExclusiveOne(page, place.vma, place.address, args);
  if (!args.valid) return false;
  const { mapcount, name } = page.folio;
  return (yield* read(mapcount, { op: 'page_mapcount', text: name }, (o) => `→ ${o.result}`)) === 0;
}

/**
 * Give a device the pages of a range for itself. First all pages are found and pinned, then each is locked and its
 * mappings are taken down; a page that is busy, or is not behind the address any more, is null in the answer. The
 * others are returned locked and with a reference: until the caller gives them back, no CPU fault can take them
 * away. @kernel make_device_exclusive_range
 */
export function* makeDeviceExclusiveRange(
  m: Machine,
  vma: Vma,
  start: Vpn,
  npages: number,
  owner: string,
  placesOf: PlacesOf,
): Step<(Frame | null)[]> {
  const pages: (Frame | null)[] = [];
  for (let i = 0; i < npages; i++)
    pages.push(yield* m.k.getUserPagesRemote(vma, start + i, FOLL_GET | FOLL_WRITE));
  for (const [i, page] of pages.entries()) {
    if (page === null) continue;
    if (!(yield* m.k.trylockPage(page))) {
      yield* m.k.putPage(page);
      pages[i] = null;
      continue;
    }
    if (yield* m.k.pageMakeDeviceExclusive(page, vma.mm, start + i, owner, placesOf)) continue;
    yield* m.k.unlockPage(page);
    yield* m.k.putPage(page);
    pages[i] = null;
  }
  return pages;
}

/** Functions that others call by name. */
export const MAKE_DEVICE_EXCLUSIVE = {
  pageAddAnonRmap,
  mlockVmaPage,
  pageMakeDeviceExclusiveOne,
  pageMakeDeviceExclusive,
  makeDeviceExclusiveRange,
} as const;

type MakeDeviceExclusiveFunctions = typeof MAKE_DEVICE_EXCLUSIVE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends MakeDeviceExclusiveFunctions {}
}
