import {
  __ptepGet,
  contpteConvert,
  contptePtepGet,
  contptePtepSetAccessFlags,
  type MatchFlags,
} from '@racewalk/contpte';
import type { EntryMachine, Ptep, PteWord, Vaddr, Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { __ptepSetAccessFlagsNotlbi, arm64AccessFlags } from '../entry-ops.js';

/** Whether the block as a whole has the flags, in whichever entry they stand. */
const blockMatches: MatchFlags = function* ({ m }, ptep, entry) {
  const gathered = yield* contptePtepGet(m, ptep, yield* __ptepGet(m, ptep));
  return m.v.pteMknoncont(gathered) === entry;
};

/** As it was before 7.0-rc3 (97c5550b7631). @kernel contpte_ptep_set_access_flags (6.9) */
export function* accessFlagsGathered(
  m: EntryMachine,
  vma: Vma,
  _addr: Vaddr,
  ptep: Ptep,
  entry: PteWord,
  dirty: boolean,
): Step<boolean> {
  const c = { m, flags: arm64AccessFlags, convert: contpteConvert };
  return yield* contptePtepSetAccessFlags(
    c,
    vma,
    ptep,
    entry,
    dirty,
    __ptepSetAccessFlagsNotlbi,
    blockMatches,
  );
}
