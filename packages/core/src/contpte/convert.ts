import type { EntryMachine } from '../ops/entry-machine.js';
import type { Ptep } from '../ops/handles.js';
import { PTE_ZERO, type PteWord } from '../pte/word.js';
import type { Step } from '../step/step.js';
import { blockAround, blockRange, type Contpte, vmaOn, withAccessFlags } from './block.js';

/** `pte`, which stands at `ptep`, as the first entry of the block has it. */
export const firstOfBlock = (m: EntryMachine, ptep: Ptep, pte: PteWord): PteWord =>
  m.v.pteAdvancePfn(pte, -(ptep.vpn % m.contPtes));

/**
 * Rewrite a block by break before make: empty every entry, invalidate, wait, set every entry with the
 * flags of all. `pte` is what `ptep` shall hold; the others follow from it.
 *
 * @kernel contpte_convert
 */
export function* contpteConvert({ m }: Contpte, ptep: Ptep, pte: PteWord): Step<void> {
  const block = blockAround(m, ptep);
  let value = firstOfBlock(m, ptep, pte);
  for (const p of block) {
    // An exchange, because until this step the hardware may still set flags here.
    value = withAccessFlags(m, value, yield* m.entries.xchg(p, PTE_ZERO, 'contpte_convert'));
  }
  // Entries of two sizes for one address must never be in a TLB together.
  const { start, end } = blockRange(m, ptep);
  yield* m.tlb.flushTlbRange(vmaOn(m, ptep), start, end);
  for (const p of block) {
    yield* m.entries.writeOnce(p, value, 'contpte_convert');
    if (p !== block.at(-1)) value = m.v.pteAdvancePfn(value, 1);
  }
}
