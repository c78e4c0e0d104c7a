import { type Ptep, ptepAdd } from '../ops/handles.js';
import type { PteWord } from '../pte/word.js';
import type { Step } from '../step/step.js';
import type { Contpte } from './block.js';

/**
 * Store entries of one folio. More than one may be set only over empty entries, so nothing has to be
 * unfolded, and a block that is covered whole is written folded at once.
 *
 * @kernel contpte_set_ptes
 */
export function* contpteSetPtes(c: Contpte, ptep: Ptep, pte: PteWord, nr: number): Step<void> {
  const { m } = c;
  const n = m.contPtes;
  const end = ptep.vpn + nr;
  let value = pte;
  for (let p = ptep; ; ) {
    const next = Math.min(p.vpn - (p.vpn % n) + n, end);
    const whole = n > 1 && p.vpn % n === 0 && next % n === 0 && m.v.ptePfn(value) % n === 0;
    value = whole ? m.v.pteMkcont(value) : m.v.pteMknoncont(value);
    for (let vpn = p.vpn; vpn < next; vpn++) {
      yield* m.entries.writeOnce(ptepAdd(p, vpn - p.vpn), value);
      value = vpn + 1 < end ? m.v.pteAdvancePfn(value, 1) : value;
    }
    if (next === end) return;
    p = ptepAdd(p, next - p.vpn);
  }
}
