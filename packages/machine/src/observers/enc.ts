import { describePte } from '../entries/describe.js';
import { malformedAt } from '../entries/leaf-walk.js';
import type { ObserverOf } from '../world/types.js';
import { Seen } from './seen.js';

/**
 * ENC: no value that means something else. Entries as written are checked by the plug-in's `malformed`,
 * and that the frame they map exists (see `entries/entries.ts`); here, that a reader is not told `dirty` or `young` by bits which belong to
 * a marker or a swap entry.
 */
export const enc: ObserverOf = (w) => {
  const seen = new Seen(w);
  return {
    code: 'ENC',
    idle: () => (w.tables.length === 0 ? 'there is no page table' : null),
    prepare: () => seen.prepare(),
    entryCells: () => seen.cells,
    entryWrite: (s, _ptep, _old, now) => seen.note(s, now),
    hardwareCells: () => seen.cells,
    hardwareUpdate(s, ptep, now, faults) {
      seen.note(s, now);
      const bad = malformedAt(w, ptep, now);
      if (bad !== null) faults.fail('ENC', `${ptep.name} = ${describePte(w.arch, now)}: ${bad}`);
    },
    obtainedCells: () => seen.cells,
    obtained(s, ptep, value, faults) {
      const invented = w.arch.values.ptePresent(value) ? seen.never(s, value) : null;
      if (invented === null) return;
      const read = `${ptep.name} read as "${describePte(w.arch, value)}"`;
      faults.fail('ENC', `${read}, but no entry of that mapping was ever ${invented}`);
    },
  };
};
