import { GenericPteOps, type Mm, PTE_ZERO, type Ptep, type PteWord, type Vaddr } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';

/** Exchanges where the hardware may interfere; knows nothing of blocks. */
export class ExchangeOps extends GenericPteOps {
  /** In one exchange. */
  override *ptepGetAndClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<PteWord> {
    return yield* this.m.entries.xchg(ptep, PTE_ZERO);
  }
}
