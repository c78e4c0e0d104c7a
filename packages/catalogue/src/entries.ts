/** All entries, in the order of their ids. */
import type { Entry } from './entry.js';
import { PART_G } from './parts/beyond.js';
import { PART_B } from './parts/deferred-flushes.js';
import { PART_F } from './parts/devices.js';
import { PART_A } from './parts/entries.js';
import { PART_H } from './parts/further.js';
import { PART_E } from './parts/gup-cow-rmap.js';
import { REPORTS } from './parts/reports.js';
import { PART_D } from './parts/switches.js';
import { PART_C } from './parts/tables.js';
import { PART_I } from './parts/third-list.js';

/** 66 historical races, shapes beyond them, further historical ones, then the public reports. */
export const ENTRIES: readonly Entry[] = Object.freeze([
  ...PART_A,
  ...PART_B,
  ...PART_C,
  ...PART_D,
  ...PART_E,
  ...PART_F,
  ...PART_G,
  ...PART_H,
  ...PART_I,
  ...REPORTS,
]);

/** The entry with this id (`A4`) or name (`arm64-setaccess-vs-dbm`), or null. */
export const entryOf = (id: string): Entry | null =>
  ENTRIES.find((entry) => entry.id === id || entry.name === id) ?? null;
