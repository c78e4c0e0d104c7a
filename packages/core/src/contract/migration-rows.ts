/** Rows of the swap table for pages that are being moved (Documentation/mm/arch_pgtable_helpers.rst, Linux 6.12). */
import { type FrameEntries, frameEntryRow, survives, tells } from './frame-entry-laws.js';
import type { ContractRow } from './row.js';

const FAMILY: FrameEntries = {
  isOne: (s, entry) => s.isMigrationEntry(entry),
  isWritable: (s, entry) => s.isWritableMigrationEntry(entry),
  makers: [
    [(s, pfn) => s.makeReadableMigrationEntry(pfn), false],
    [(s, pfn) => s.makeReadableExclusiveMigrationEntry(pfn), false],
    [(s, pfn) => s.makeWritableMigrationEntry(pfn), true],
  ],
};

export const MIGRATION_ROWS: readonly ContractRow[] = [
  frameEntryRow(
    'makeReadableMigrationEntry',
    'keeps the place of a page that could be read',
    survives(FAMILY, 0),
  ),
  frameEntryRow(
    'makeReadableExclusiveMigrationEntry',
    'keeps the place of a page of one process that could be read',
    survives(FAMILY, 1),
  ),
  frameEntryRow(
    'makeWritableMigrationEntry',
    'keeps the place of a page that could be written',
    survives(FAMILY, 2),
  ),
  frameEntryRow('isMigrationEntry', 'whether the page is being moved', tells(FAMILY)),
  frameEntryRow('isWritableMigrationEntry', 'whether the mapping taken down could be written', tells(FAMILY)),
];
