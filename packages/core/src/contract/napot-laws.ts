/** Laws of blocks whose entries are all alike in memory (`NapotForm`). */
import type { PteWord } from '../pte/word.js';
import { valid } from './pmd-laws.js';
import { claims, type ValueLaw } from './row.js';

/** Each page of a block gets its own entry back, and the hardware finds the same in both forms. */
export const napotForm: ValueLaw = (arch, { pte, nr, swp }) => {
  const { values: v, walker, cont } = arch;
  const napot = cont?.napot;
  if (cont === undefined || napot === undefined) return null;
  for (let ptes = 2; ptes <= cont.ptes; ptes *= 2) {
    const first = v.pteAdvancePfn(valid(v, pte), -(v.ptePfn(pte) % ptes));
    const page = (i: number): PteWord => v.pteMkcont(v.pteAdvancePfn(first, i));
    const i = nr % ptes;
    const stored = napot.encode(page(i), ptes);
    const vpn = (swp.offset % 0x1000) * ptes + i;
    const walked = walker.walk(page(i), 'store');
    const found = walker.walk(stored, 'store');
    const complaint = claims(
      ['the entries of a block are alike in memory', stored === napot.encode(page(0), ptes)],
      ['each page gets its own entry back', napot.decode(stored, vpn, ptes) === page(i)],
      [
        'what is no block is the same in memory',
        napot.encode(v.pteMknoncont(page(i)), ptes) === v.pteMknoncont(page(i)),
      ],
      ['the walker permits the same in both forms', walked.ok === found.ok],
      [
        'the walker records the same in both forms',
        !walked.ok || !found.ok || napot.encode(walked.entry, ptes) === found.entry,
      ],
    );
    if (complaint !== null) return `${complaint}, in a block of ${ptes}`;
  }
  return null;
};
