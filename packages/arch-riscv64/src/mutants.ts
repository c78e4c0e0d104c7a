/** Bugs put back into the overrides. */
import { type OverrideMutant, type Ptep, patchOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { RiscvOps } from './ops.js';

/** A load and a store. */
class WrprotectByStore extends RiscvOps {
  override *__ptepSetWrprotect(ptep: Ptep): Step<void> {
    const { v, entries } = this.m;
    yield* entries.writeOnce(ptep, v.pteWrprotect(yield* entries.readOnce(ptep)));
  }
}

/** Where the hardware sets A and D. */
export const SVADU_MUTANTS: readonly OverrideMutant[] = Object.freeze([
  {
    name: 'wrprotect-by-store',
    what: 'ptep_set_wrprotect is a load and a store of the entry without W',
    tests: ['fork-batch/stores-vs-copy', 'fork-batch/lazyfree-dirty'],
    breaks: 'DIRTY',
    why: 'the hardware sets D between the two, and the store takes it back',
    patch: patchOf(WrprotectByStore, ['ptepSetWrprotect', 'wrprotectPtes']),
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
    // Without the override of the operations that fence.
    patch: patchOf(RiscvOps, ['ptepSetAccessFlags']),
  },
]);
