/** Rows of the swap table for pages that a device uses alone (include/linux/swapops.h, Linux 6.12). */
import type { DEVICE_EXCLUSIVE_VALUES } from '../pte/device-exclusive.js';
import { type ContractRow, claims, type ValueLaw } from './row.js';

const row = (op: keyof typeof DEVICE_EXCLUSIVE_VALUES, says: string, law: ValueLaw): ContractRow => ({
  op,
  kernel: op.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`),
  level: 'swap',
  context: 'pure; a swap entry that names a frame',
  says,
  law,
});

/** An entry of the kind comes back from the table as what it was, whatever marks it carried. */
const survives =
  (writable: boolean): ValueLaw =>
  ({ swap: s, values: v }, { pfn }) => {
    const entry = writable
      ? s.makeWritableDeviceExclusiveEntry(pfn)
      : s.makeReadableDeviceExclusiveEntry(pfn);
    const pte = s.swpEntryToPte(entry);
    const back = s.pteToSwpEntry(s.pteSwpMkuffdWp(s.pteSwpMksoftDirty(pte)));
    return claims(
      ['it is device-exclusive', s.isDeviceExclusiveEntry(entry)],
      ['write permission is remembered', s.isWritableDeviceExclusiveEntry(entry) === writable],
      ['it is not present', !v.ptePresent(pte)],
      ['it is not empty, and a swap entry', s.isSwapPte(pte)],
      ['it is no marker', !s.isPteMarker(pte)],
      ['kind and frame come back, marks or not', back.type === entry.type && back.offset === pfn],
    );
  };

/** Which entries answer yes. */
const tells: ValueLaw = ({ swap: s }, { pfn, swp }) =>
  claims(
    ['a readable one is device-exclusive', s.isDeviceExclusiveEntry(s.makeReadableDeviceExclusiveEntry(pfn))],
    ['a writable one is device-exclusive', s.isDeviceExclusiveEntry(s.makeWritableDeviceExclusiveEntry(pfn))],
    ['a slot of a swap device is not', !s.isDeviceExclusiveEntry(swp)],
    ['a writable one is writable', s.isWritableDeviceExclusiveEntry(s.makeWritableDeviceExclusiveEntry(pfn))],
    ['a readable one is not', !s.isWritableDeviceExclusiveEntry(s.makeReadableDeviceExclusiveEntry(pfn))],
  );

export const DEVICE_EXCLUSIVE_ROWS: readonly ContractRow[] = [
  row('makeReadableDeviceExclusiveEntry', 'keeps the place of a page that could be read', survives(false)),
  row('makeWritableDeviceExclusiveEntry', 'keeps the place of a page that could be written', survives(true)),
  row('isDeviceExclusiveEntry', 'whether a device uses the page alone', tells),
  row('isWritableDeviceExclusiveEntry', 'whether the mapping taken down could be written', tells),
];
