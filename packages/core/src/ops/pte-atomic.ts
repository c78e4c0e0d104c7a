import { PTE_ZERO, type PteWord } from '../pte/word.js';
import type { Step } from '../step/step.js';
import type { Vaddr } from '../units.js';
import { entryChange } from './entry-change.js';
import { GenericPteOps } from './generic.js';
import type { Mm, Ptep, Vma } from './handles.js';

/**
 * The bodies of an architecture whose hardware sets access and dirty state: every change of a live entry is an
 * exchange or one locked update. `ptep_set_access_flags` has no body here: architectures differ in it.
 */
export class AtomicPteOps extends GenericPteOps {
  override *ptepGetAndClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<PteWord> {
    return yield* this.m.entries.xchg(ptep, PTE_ZERO);
  }

  override *ptepTestAndClearYoung(_vma: Vma, _addr: Vaddr, ptep: Ptep): Step<boolean> {
    const { v, entries } = this.m;
    if (!v.pteYoung(yield* entries.readOnce(ptep))) return false;
    return v.pteYoung(yield* entries.update(ptep, v.pteMkold));
  }

  /** A loop: removing the permission may also have to move the dirty state, in one update. */
  override *ptepSetWrprotect(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<void> {
    yield* entryChange(this.m, ptep, this.m.v.pteWrprotect);
  }
}
