/** Pages that move between a device and the CPUs. (mm/migrate_device.c, Linux 6.12) */
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';

/**
 * Whether nobody but the mappings and the caller, who has one reference, holds the folio: only then may it move. Left out: large
 * folios, and those of files. @kernel migrate_vma_check_page
 */
export function* migrateVmaCheckPage(m: Machine, folio: Folio): Step<boolean> {
  const extra = 1;
  return (yield* m.k.folioRefCount(folio)) - extra <= (yield* m.k.folioMapcount(folio));
}

/** Functions that others call by name. */
export const MIGRATE_VMA = { migrateVmaCheckPage } as const;

type MigrateVmaFunctions = typeof MIGRATE_VMA;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends MigrateVmaFunctions {}
}
