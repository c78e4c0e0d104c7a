/**
 * Rows of the swap table for entries that name a frame: pages that a device uses exclusively (include/linux/swapops.h),
 * and pages that are being moved (Documentation/mm/arch_pgtable_helpers.rst, Linux 6.12).
 */
import { type FrameEntries, survives, tells } from './frame-entry-laws.js';
import { type ContractRow, valueRows } from './row.js';

const row = valueRows('swap', 'pure; a swap entry that names a frame');

/** One family: its makers in their order, with what each keeps the place of, and its two tests. */
const rowsOf = (
  family: FrameEntries,
  makers: readonly (readonly [op: string, of: string])[],
  ...[isOne, isWritable]: readonly [isOne: readonly [op: string, says: string], isWritable: string]
): readonly ContractRow[] => [
  ...makers.map(([op, of], kind) => row(op, `keeps the place of a page ${of}`, survives(family, kind))),
  row(...isOne, tells(family)),
  row(isWritable, 'whether the mapping taken down could be written', tells(family)),
];

export const DEVICE_EXCLUSIVE_ROWS = rowsOf(
  {
    isOne: (s, entry) => s.isDeviceExclusiveEntry(entry),
    isWritable: (s, entry) => s.isWritableDeviceExclusiveEntry(entry),
    makers: [
      [(s, pfn) => s.makeReadableDeviceExclusiveEntry(pfn), false],
      [(s, pfn) => s.makeWritableDeviceExclusiveEntry(pfn), true],
    ],
  },
  [
    ['makeReadableDeviceExclusiveEntry', 'that could be read'],
    ['makeWritableDeviceExclusiveEntry', 'that could be written'],
  ],
  ['isDeviceExclusiveEntry', 'whether a device uses the page alone'],
  'isWritableDeviceExclusiveEntry',
);

export const MIGRATION_ROWS = rowsOf(
  {
    isOne: (s, entry) => s.isMigrationEntry(entry),
    isWritable: (s, entry) => s.isWritableMigrationEntry(entry),
    makers: [
      [(s, pfn) => s.makeReadableMigrationEntry(pfn), false],
      [(s, pfn) => s.makeReadableExclusiveMigrationEntry(pfn), false],
      [(s, pfn) => s.makeWritableMigrationEntry(pfn), true],
    ],
  },
  [
    ['makeReadableMigrationEntry', 'that could be read'],
    ['makeReadableExclusiveMigrationEntry', 'of one process that could be read'],
    ['makeWritableMigrationEntry', 'that could be written'],
  ],
  ['isMigrationEntry', 'whether the page is being moved'],
  'isWritableMigrationEntry',
);
