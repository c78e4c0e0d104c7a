/**
 * Device-exclusive entries: swap entries that replace a mapping while only a device may use the page.
 * The offset is the frame number; the type says whether the mapping that was taken down could be
 * written. @kernel include/linux/swapops.h (Linux 5.14 to 6.14; one type only since)
 */
import type { Pfn } from '../units.js';
import type { SwpEntry } from './swp-entry.js';

/** The mapping that was taken down could be written. @kernel SWP_DEVICE_EXCLUSIVE_WRITE */
export const SWP_DEVICE_EXCLUSIVE_WRITE = 29;

/** It could only be read. @kernel SWP_DEVICE_EXCLUSIVE_READ */
export const SWP_DEVICE_EXCLUSIVE_READ = 30;

/** The helpers for device-exclusive entries; the same on every architecture. */
export interface DeviceExclusiveValues {
  /** @kernel make_readable_device_exclusive_entry */
  makeReadableDeviceExclusiveEntry(offset: Pfn): SwpEntry;
  /** @kernel make_writable_device_exclusive_entry */
  makeWritableDeviceExclusiveEntry(offset: Pfn): SwpEntry;
  /** Of either kind. @kernel is_device_exclusive_entry */
  isDeviceExclusiveEntry(entry: SwpEntry): boolean;
  /** @kernel is_writable_device_exclusive_entry */
  isWritableDeviceExclusiveEntry(entry: SwpEntry): boolean;
}

/** {@link DeviceExclusiveValues} of every architecture. */
export const DEVICE_EXCLUSIVE_VALUES: DeviceExclusiveValues = Object.freeze({
  makeReadableDeviceExclusiveEntry: (offset: Pfn) => ({ type: SWP_DEVICE_EXCLUSIVE_READ, offset }),
  makeWritableDeviceExclusiveEntry: (offset: Pfn) => ({ type: SWP_DEVICE_EXCLUSIVE_WRITE, offset }),
  isDeviceExclusiveEntry: ({ type }: SwpEntry) =>
    type === SWP_DEVICE_EXCLUSIVE_READ || type === SWP_DEVICE_EXCLUSIVE_WRITE,
  isWritableDeviceExclusiveEntry: ({ type }: SwpEntry) => type === SWP_DEVICE_EXCLUSIVE_WRITE,
});
