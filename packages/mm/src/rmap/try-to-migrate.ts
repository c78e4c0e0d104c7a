/**
 * Taking a folio out of an area for a move to another place. (mm/rmap.c, Linux 6.12)
 *
 * Left out: huge, device and poisoned pages, the marks of soft-dirty and userfaultfd, and pages that only one process has.
 */
import { type Vaddr, type Vma, vpnOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type Machine, type NotifierRange, noFrame } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import { defineFolioVmaWalk, PVMW_SYNC } from './pvmw.js';
import { TTU_SYNC } from './ttu-flags.js';

/**
 * Leave a migration entry in place of each mapping, which keeps the place of the page until it has moved. With
 * `TTU_BATCH_FLUSH` the flush is put off: it must come before the page is copied. @kernel try_to_migrate_one
 */
export function* tryToMigrateOne(
  m: Machine,
  folio: Folio,
  vma: Vma,
  address: Vaddr,
  flags: number,
): Step<boolean> {
  const { mm } = vma;
  const { swap } = m.arch;
  const pvmw = defineFolioVmaWalk(folio, vma, address, (flags & TTU_SYNC) !== 0 ? PVMW_SYNC : 0);
  const range: NotifierRange = { event: 'clear', mm, start: vpnOf(address), end: vpnOf(pvmw.end) };

  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  while (yield* m.k.pageVmaMappedWalk(pvmw)) {
    const { pte, address: addr } = pvmw;
    const subpage = m.world.frames.at(m.v.ptePfn(pvmw.pteval));
    if (subpage === undefined) throw noFrame(`${pte.name} maps a frame`);
    const deferred = m.k.shouldDeferFlush(mm, flags);
    const pteval = yield* deferred
      ? m.pte.ptepGetAndClear(mm, addr, pte)
      : m.pte.ptepClearFlush(vma, addr, pte);
    if (deferred) yield* m.k.setTlbUbcFlushPending(mm, pteval, addr);

    // Only now: until the entry was empty the hardware could make it dirty.
    if (m.v.pteDirty(pteval)) yield* m.k.folioMarkDirty(folio);

    const entry = m.v.pteWrite(pteval)
      ? swap.makeWritableMigrationEntry(subpage.pfn)
      : swap.makeReadableMigrationEntry(subpage.pfn);
    yield* m.pte.setPteAt(mm, addr, pte, swap.swpEntryToPte(entry));
    yield* m.k.folioRemoveRmapPte(subpage);
    yield* m.k.folioPut(subpage);
  }
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  return true;
}

/** The same in every area that maps it. The folio is locked. @kernel try_to_migrate */
export function* tryToMigrate(m: Machine, folio: Folio, flags: number): Step<void> {
  yield* m.k.rmapWalk(folio, {
    rmapOne: (page, vma, address) => m.k.tryToMigrateOne(page, vma, address, flags),
  });
}

/** Functions that others call by name. */
export const TRY_TO_MIGRATE = { tryToMigrateOne, tryToMigrate } as const;

type TryToMigrateFunctions = typeof TRY_TO_MIGRATE;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends TryToMigrateFunctions {}
}
