/** Bugs put back into the overrides. */
import { contpteConvert, contptePtepSetAccessFlags, contpteWrprotectPtes } from '@racewalk/contpte';
import type { EntryMachine, OverrideMutant, Ptep } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { riscvAccessFlags } from './ops.js';

const contpte = (m: EntryMachine) => ({ m, flags: riscvAccessFlags, convert: contpteConvert });

function* byStore(m: EntryMachine, ptep: Ptep): Step<void> {
  yield* m.entries.writeOnce(ptep, m.v.pteWrprotect(yield* m.entries.readOnce(ptep)));
}

/** Where the hardware sets A and D. */
export const SVADU_MUTANTS: readonly OverrideMutant[] = Object.freeze([
  {
    name: 'wrprotect-by-store',
    what: 'ptep_set_wrprotect is a load and a store of the entry without W',
    tests: ['fork-batch/stores-vs-copy', 'fork-batch/lazyfree-dirty'],
    breaks: 'DIRTY',
    why: 'the hardware sets D between the two, and the store takes it back',
    patch: {
      *ptepSetWrprotect(m, _mm, _addr, ptep: Ptep): Step<void> {
        yield* contpteWrprotectPtes(contpte(m), ptep, 1, byStore);
      },
      *wrprotectPtes(m, _mm, _addr, ptep: Ptep, nr: number): Step<void> {
        yield* contpteWrprotectPtes(contpte(m), ptep, nr, byStore);
      },
    },
  },
]);

/** Where invalid entries stay cached. */
export const SVADE_MUTANTS: readonly OverrideMutant[] = Object.freeze([
  {
    name: 'no-fence-after-fault',
    what: 'ptep_set_access_flags leaves out the fence of its own hart if it changed nothing',
    tests: ['contpte/mixed-block'],
    breaks: 'LIVE',
    why: 'the translation that refused the access stays, and refuses it again',
    patch: {
      *ptepSetAccessFlags(m, vma, _addr, ptep: Ptep, entry, dirty): Step<boolean> {
        return yield* contptePtepSetAccessFlags(contpte(m), vma, ptep, entry, dirty);
      },
    },
  },
]);
