import { type OverrideMutant, PTE_ZERO, type Ptep, type PteWord, patchOf } from '@racewalk/core';
import { blockAround, firstOfBlock, withAccessFlags } from '@racewalk/core/contpte';
import type { Step } from '@racewalk/core/step';
import { Arm64Ops } from '../entry-ops.js';

const TESTS = ['contpte/fold-vs-walker', 'contpte/unfold-vs-walker'];

/** Without a break: each entry is rewritten where it stands. */
class NoBreak extends Arm64Ops {
  override *contpteConvert(ptep: Ptep, pte: PteWord): Step<void> {
    const { m } = this;
    let value = firstOfBlock(m, ptep, pte);
    for (const p of blockAround(m, ptep)) {
      value = withAccessFlags(m, value, yield* m.entries.readOnce(p, 'contpte_convert'));
      yield* m.entries.writeOnce(p, value, 'contpte_convert');
      value = m.v.pteAdvancePfn(value, 1);
    }
  }
}

export const noBreak: OverrideMutant = {
  name: 'no-break',
  what: 'folding and unfolding rewrite each entry in place',
  tests: TESTS,
  breaks: 'CONT',
  why: 'for a while live entries of one block differ in the contiguous bit, and TLBs may hold both sizes',
  patch: patchOf(NoBreak),
};

/** Without the invalidation between the two loops. */
class NoFlushBetween extends Arm64Ops {
  override *contpteConvert(ptep: Ptep, pte: PteWord): Step<void> {
    const { m } = this;
    const block = blockAround(m, ptep);
    let value = firstOfBlock(m, ptep, pte);
    for (const p of block) {
      value = withAccessFlags(m, value, yield* m.entries.xchg(p, PTE_ZERO, 'contpte_convert'));
    }
    for (const p of block) {
      yield* m.entries.writeOnce(p, value, 'contpte_convert');
      value = m.v.pteAdvancePfn(value, 1);
    }
  }
}

export const noFlushBetween: OverrideMutant = {
  name: 'no-flush-between',
  what: 'the block is emptied and set again without an invalidation in between',
  tests: TESTS,
  breaks: 'CONT',
  why: 'a translation of the old size may still be in a TLB when one of the new size joins it',
  patch: patchOf(NoFlushBetween),
};
