/**
 * Migration entries: swap entries that replace a mapping while the page is moved. The offset is the
 * frame number; the type says what the mapping that was taken down allowed.
 * @kernel include/linux/swapops.h (Linux 6.12)
 */
import type { Pfn } from '../units.js';
import type { SwpEntry } from './swp-entry.js';

/** The mapping could only be read. @kernel SWP_MIGRATION_READ */
export const SWP_MIGRATION_READ = 24;

/** It could only be read, and the page belonged to one process. @kernel SWP_MIGRATION_READ_EXCLUSIVE */
export const SWP_MIGRATION_READ_EXCLUSIVE = 25;

/** It could be written. @kernel SWP_MIGRATION_WRITE */
export const SWP_MIGRATION_WRITE = 26;

/** The helpers for migration entries; the same on every architecture. */
export interface MigrationValues {
  /** @kernel make_readable_migration_entry */
  makeReadableMigrationEntry(offset: Pfn): SwpEntry;
  /** @kernel make_readable_exclusive_migration_entry */
  makeReadableExclusiveMigrationEntry(offset: Pfn): SwpEntry;
  /** @kernel make_writable_migration_entry */
  makeWritableMigrationEntry(offset: Pfn): SwpEntry;
  /** Of any kind. @kernel is_migration_entry */
  isMigrationEntry(entry: SwpEntry): boolean;
  /** @kernel is_writable_migration_entry */
  isWritableMigrationEntry(entry: SwpEntry): boolean;
}

/** {@link MigrationValues} of every architecture. */
export const MIGRATION_VALUES: MigrationValues = Object.freeze({
  makeReadableMigrationEntry: (offset: Pfn) => ({ type: SWP_MIGRATION_READ, offset }),
  makeReadableExclusiveMigrationEntry: (offset: Pfn) => ({ type: SWP_MIGRATION_READ_EXCLUSIVE, offset }),
  makeWritableMigrationEntry: (offset: Pfn) => ({ type: SWP_MIGRATION_WRITE, offset }),
  isMigrationEntry: ({ type }: SwpEntry) => type >= SWP_MIGRATION_READ && type <= SWP_MIGRATION_WRITE,
  isWritableMigrationEntry: ({ type }: SwpEntry) => type === SWP_MIGRATION_WRITE,
});
