/** Rows of the swap table for pages that a device uses exclusively (include/linux/swapops.h, Linux 6.12). */
import { type FrameEntries, frameEntryRow, survives, tells } from './frame-entry-laws.js';
import type { ContractRow } from './row.js';

const FAMILY: FrameEntries = {
  isOne: (s, entry) => s.isDeviceExclusiveEntry(entry),
  isWritable: (s, entry) => s.isWritableDeviceExclusiveEntry(entry),
  makers: [
    [(s, pfn) => s.makeReadableDeviceExclusiveEntry(pfn), false],
    [(s, pfn) => s.makeWritableDeviceExclusiveEntry(pfn), true],
  ],
};

export const DEVICE_EXCLUSIVE_ROWS: readonly ContractRow[] = [
  frameEntryRow(
    'makeReadableDeviceExclusiveEntry',
    'keeps the place of a page that could be read',
    survives(FAMILY, 0),
  ),
  frameEntryRow(
    'makeWritableDeviceExclusiveEntry',
    'keeps the place of a page that could be written',
    survives(FAMILY, 1),
  ),
  frameEntryRow('isDeviceExclusiveEntry', 'whether a device uses the page alone', tells(FAMILY)),
  frameEntryRow(
    'isWritableDeviceExclusiveEntry',
    'whether the mapping taken down could be written',
    tells(FAMILY),
  ),
];
