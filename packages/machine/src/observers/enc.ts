import { describePte } from '@racewalk/core';
import { malformedAt } from '../cpu/leaf-walk.js';
import type { Observer } from './observer.js';
import { neverSeen, noteSeen, prepareSeen, seenCells } from './seen.js';

/**
 * ENC: no value that means something else. Entries as written are checked by the plug-in's `malformed`
 * (see `entries/entries.ts`); here, that a reader is not told `dirty` or `young` by bits which belong to
 * a marker or a swap entry.
 */
export const enc: Observer = {
  code: 'ENC',
  prepare: (w) => prepareSeen(w),
  entryCells: (w) => seenCells(w),
  entryWrite: (w, s, _ptep, _old, now) => noteSeen(w, s, now),
  hardwareCells: (w) => seenCells(w),
  hardwareUpdate(w, s, ptep, now, faults) {
    noteSeen(w, s, now);
    const bad = malformedAt(w, ptep, now);
    if (bad !== null) faults.fail('ENC', `${ptep.name} = ${describePte(w.arch, now)}: ${bad}`);
  },
  obtainedCells: (w) => seenCells(w),
  obtained(w, s, ptep, value, faults) {
    const invented = w.arch.values.ptePresent(value) ? neverSeen(w, s, value) : null;
    if (invented === null) return;
    const read = `${ptep.name} read as "${describePte(w.arch, value)}"`;
    faults.fail('ENC', `${read}, but no entry of that mapping was ever ${invented}`);
  },
};
