/**
 * The toy with contiguous blocks, with no more operations than the tests here use, and one without blocks.
 */

import {
  type ArchPlugin,
  addrOf,
  blockOf,
  defineArch,
  GenericPteOps,
  type Mm,
  PTE_ZERO,
  type Ptep,
  type PteWord,
  pteAnd,
  pteOr,
  ptepAdd,
  type Vaddr,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { blockToy } from '@racewalk/toys';
import { getAndClearFullStashNext } from '../src/ops/stash-next.js';

/** What the hardware sets by itself. */
const FLAGS = pteOr(blockToy.layout.young, blockToy.layout.dirty);

/** Gathers, unfolds by break before make, and stashes upwards. */
class BlockOps extends GenericPteOps {
  override *ptepGet(ptep: Ptep): Step<PteWord> {
    const { m } = this;
    let value = yield* m.entries.readOnce(ptep);
    for (const p of m.v.pteValid(value) && m.v.pteCont(value) ? blockOf(ptep, m.contPtes) : []) {
      const pte = p === ptep ? value : yield* m.entries.readOnce(p);
      if (m.v.pteValid(pte)) value = pteOr(value, pteAnd(pte, FLAGS));
    }
    return value;
  }

  override *ptepGetAndClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<PteWord> {
    const { m } = this;
    const seen = yield* m.entries.readOnce(ptep);
    if (m.v.pteValid(seen) && m.v.pteCont(seen)) yield* this.unfold(ptep);
    return yield* m.entries.xchg(ptep, PTE_ZERO);
  }

  private *unfold(ptep: Ptep): Step<void> {
    const { m } = this;
    const block = blockOf(ptep, m.contPtes);
    const olds: PteWord[] = [];
    for (const p of block) olds.push(yield* m.entries.xchg(p, PTE_ZERO));
    const flags = olds.reduce((sum, pte) => pteOr(sum, pteAnd(pte, FLAGS)), PTE_ZERO);
    const vma = m.areaOf(ptep)!;
    yield* m.tlb.flushTlbRange(vma, addrOf(block[0]!.vpn), addrOf(block[0]!.vpn + block.length));
    for (const [i, p] of block.entries()) {
      yield* m.entries.writeOnce(p, pteOr(m.v.pteMknoncont(olds[i]!), flags));
    }
  }

  override *ptepGetAndClearFull(mm: Mm, addr: Vaddr, ptep: Ptep, full: boolean): Step<PteWord> {
    if (!full || this.m.contPtes === 1) return yield* this.ptepGetAndClear(mm, addr, ptep);
    return yield* getAndClearFullStashNext(this.m as Machine, mm, addr, ptep);
  }

  override *getAndClearFullPtes(_mm: Mm, _addr: Vaddr, ptep: Ptep, nr: number): Step<PteWord> {
    let value = PTE_ZERO;
    for (let i = 0; i < nr; i++) {
      const pte = yield* this.m.entries.xchg(ptepAdd(ptep, i), PTE_ZERO);
      value = i === 0 ? pte : pteOr(value, pteAnd(pte, FLAGS));
    }
    return value;
  }
}

/** With blocks. */
export const toy: ArchPlugin = defineArch({ ...blockToy, ops: (m) => new BlockOps(m) });

const { cont: _cont, ...withoutBlocks } = toy;

/** The same hardware without blocks. */
export const flat: ArchPlugin = defineArch({
  ...withoutBlocks,
  values: {
    ...toy.values,
    pteCont: () => false,
    pteMkcont: (pte) => pte,
    pteMknoncont: (pte) => pte,
  },
  id: 'flat',
  title: 'Toy without blocks',
  capabilities: ['hwAccess', 'hwDirty', 'ipiFlush'],
});
