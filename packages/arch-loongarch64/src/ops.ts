/**
 * Operations that must be one access: a walker may set V and D between a read and a write.
 *
 * An update here is one `ll.d`/`sc.d` pair that succeeds, an exchange one `amswap_db.d`. Linux has the
 * generic bodies instead (no `__HAVE_ARCH_PTEP_*` in `arch/loongarch`, 6.12); the mutants put them back.
 */
import {
  GenericPteOps,
  type Mm,
  PTE_ZERO,
  type Ptep,
  type PteWord,
  pteAnd,
  pteOr,
  type Vaddr,
  type Vma,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { PTE } from './layout.js';

const ACCESS_FLAGS = [PTE.V, PTE.D, PTE.MODIFIED, PTE.W].reduce(pteOr);

/** Flags are added to what stands there now: D may have come since the caller read the entry. */
export const adding = (entry: PteWord) => (pte: PteWord) => pteOr(pte, pteAnd(entry, ACCESS_FLAGS));

/** What LoongArch overrides; everything else is generic. */
export class LoongArchOps extends GenericPteOps {
  override *ptepGetAndClear(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<PteWord> {
    return yield* this.m.entries.xchg(ptep, PTE_ZERO);
  }

  override *ptepTestAndClearYoung(_vma: Vma, _addr: Vaddr, ptep: Ptep): Step<boolean> {
    const { v, entries } = this.m;
    return v.pteYoung(yield* entries.update(ptep, v.pteMkold));
  }

  override *ptepSetWrprotect(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<void> {
    yield* this.m.entries.update(ptep, this.m.v.pteWrprotect);
  }

  override *ptepSetAccessFlags(
    vma: Vma,
    addr: Vaddr,
    ptep: Ptep,
    entry: PteWord,
    dirty: boolean,
  ): Step<boolean> {
    const add = adding(entry);
    const old = yield* this.m.entries.update(ptep, add);
    const changed = add(old) !== old;
    if (changed && dirty) yield* this.m.tlb.flushTlbPage(vma, addr);
    return changed;
  }
}
