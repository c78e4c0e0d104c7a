import { describeEntry } from '../entries/leaf-walk.js';
import { cellsOf } from '../world/table-words.js';
import type { ObserverOf } from '../world/types.js';
import { misaligned } from '../world/upper.js';

/**
 * ENC, one level up: an entry leads to a frame that has a table, and a leaf maps frames from a multiple of its real size on.
 * What leads to a frame that is none would be walked as if its contents were entries.
 */
export const levelsEnc: ObserverOf = (w) => ({
  code: 'ENC',
  idle: () => (w.pmds.followed.length === 0 ? 'no upper level is followed' : null),
  entryCells: (ptep) =>
    ptep.table.level === 'pmd' && w.pmds.under(ptep)?.follows === true ? cellsOf(ptep) : [],
  entryWrite(_s, ptep, _old, now, faults) {
    if (ptep.table.level !== 'pmd' || w.pmds.under(ptep)?.follows !== true) return;
    const { pmd: p, values: v } = w.arch;
    const says = `${ptep.name} = ${describeEntry(w.arch, 'pmd', now)}`;
    if (!p.pmdBad(now)) {
      if (w.pmds.ledBy(now) === undefined) faults.fail('ENC', `${says}: there is no table in that frame`);
    } else if (v.pteValid(now) && p.pmdLeaf(now)) {
      const bad = misaligned(p.pmdPfn(now), 'pmd');
      if (bad !== null) faults.fail('ENC', `${says}: ${bad}`);
    }
  },
});
