/** Huge pages on the move: the entry above holds their place. (mm/huge_memory.c, Linux 6.12) */
import { addrOf, type Ptep, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';

/**
 * Leave a migration entry in the place of a huge page. `pmd_lock` is held, and the folio is locked. Left out: soft-dirty, userfaultfd, and a
 * page that somebody has pinned. @kernel set_pmd_migration_entry
 */
export function* setPmdMigrationEntry(m: Machine, vma: Vma, pmdp: Ptep, page: Frame): Step<void> {
  const { swap } = m.arch;
  const address = addrOf(vma.start);
  // Behind the flush nobody stores by the old entry, so what it says of stores is final.
  const pmdval = yield* m.pmd.pmdpInvalidate(vma, address, pmdp);
  if (m.p.pmdDirty(pmdval)) yield* m.k.folioMarkDirty(page.folio);
  const entry = m.p.pmdWrite(pmdval)
    ? swap.makeWritableMigrationEntry(page.pfn)
    : swap.makeReadableMigrationEntry(page.pfn);
  yield* m.pmd.setPmdAt(vma.mm, address, pmdp, swap.swpEntryToPmd(entry));
  yield* m.k.folioRemoveRmapPmd(page.folio, page);
  yield* m.k.folioPut(page);
}

/** Map the new page where the migration entry stands; `pmd_lock` is held. @kernel remove_migration_pmd */
export function* removeMigrationPmd(m: Machine, vma: Vma, pmdp: Ptep, page: Frame): Step<void> {
  const address = addrOf(vma.start);
  const { swap } = m.arch;
  const entry = swap.pmdToSwpEntry(yield* m.pmd.pmdpGet(pmdp));
  yield* m.k.folioGet(page);
  const pmde = m.p.pfnPmd(page.pfn, m.v.mkProt(vma.prot));
  yield* m.k.folioAddRmapPmd(page.folio);
  const writable = swap.isWritableMigrationEntry(entry);
  yield* m.pmd.setPmdAt(vma.mm, address, pmdp, writable ? m.p.pmdMkwrite(pmde) : m.p.pmdWrprotect(pmde));
  yield* m.k.updateMmuCache(vma, address);
}

/** Functions that others call by name. */
export const MIGRATE_PMD = { setPmdMigrationEntry, removeMigrationPmd } as const;

type MigratePmdFunctions = typeof MIGRATE_PMD;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends MigratePmdFunctions {}
}
