import { blockAround, ContpteOps, type Convert, firstOfBlock, withAccessFlags } from '@racewalk/contpte';
import { type EntryMachine, type OverrideMutant, PTE_OPS, PTE_ZERO } from '@racewalk/core';
import { arm64AccessFlags } from '../entry-ops.js';

const TESTS = ['contpte/fold-vs-walker', 'contpte/unfold-vs-walker'];

/** All operations, with another conversion below them. */
const withConvert = (convert: Convert): OverrideMutant['patch'] =>
  Object.fromEntries(
    PTE_OPS.map((name) => {
      const body = ContpteOps.prototype[name] as (...args: readonly unknown[]) => unknown;
      return [
        name,
        (m: EntryMachine, ...args: readonly unknown[]) =>
          body.apply(new ContpteOps(m, arm64AccessFlags, convert), [...args]),
      ];
    }),
  );

export const noBreak: OverrideMutant = {
  name: 'no-break',
  what: 'folding and unfolding rewrite each entry in place',
  tests: TESTS,
  breaks: 'CONT',
  why: 'for a while live entries of one block differ in the contiguous bit, and TLBs may hold both sizes',
  patch: withConvert(function* (m, ptep, pte) {
    let value = firstOfBlock(m, ptep, pte);
    for (const p of blockAround(m, ptep)) {
      value = withAccessFlags(m, value, yield* m.entries.readOnce(p, 'contpte_convert'));
      yield* m.entries.writeOnce(p, value, 'contpte_convert');
      value = m.v.pteAdvancePfn(value, 1);
    }
  }),
};

export const noFlushBetween: OverrideMutant = {
  name: 'no-flush-between',
  what: 'the block is emptied and set again without an invalidation in between',
  tests: TESTS,
  breaks: 'CONT',
  why: 'a translation of the old size may still be in a TLB when one of the new size joins it',
  patch: withConvert(function* (m, ptep, pte) {
    const block = blockAround(m, ptep);
    let value = firstOfBlock(m, ptep, pte);
    for (const p of block) {
      value = withAccessFlags(m, value, yield* m.entries.xchg(p, PTE_ZERO, 'contpte_convert'));
    }
    for (const p of block) {
      yield* m.entries.writeOnce(p, value, 'contpte_convert');
      value = m.v.pteAdvancePfn(value, 1);
    }
  }),
};
