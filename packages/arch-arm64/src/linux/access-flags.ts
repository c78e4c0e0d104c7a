import type { Ptep, PteWord } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { Arm64Ops } from '../entry-ops.js';

/** As it was before 7.0-rc3 (97c5550b7631). @kernel contpte_ptep_set_access_flags (6.9) */
export class GatheredFlags extends Arm64Ops {
  /** Whether the block as a whole has the flags, in whichever entry they stand. */
  override *contpteAllSubptesMatchAccessFlags(ptep: Ptep, entry: PteWord): Step<boolean> {
    return this.m.v.pteMknoncont(yield* this.ptepGet(ptep)) === entry;
  }
}
