/**
 * The `huge_ptep_*` operations on entries of hugetlb pages, with the bodies an architecture gets if a
 * hugetlb page is always one entry (include/asm-generic/hugetlb.h, include/linux/hugetlb.h, Linux 6.12).
 * `sz` is the size of the page in bytes; in the model, `PAGE_SIZE` for each of its entries.
 */
import type { PteWord } from '../pte/word.js';
import type { Step } from '../step/step.js';
import { PAGE_SIZE, type Vaddr } from '../units.js';
import type { EntryMachine } from './entry-machine.js';
import type { Mm, Ptep, Vma } from './handles.js';
import type { HugePteOps } from './hugetlb-ops.js';
import type { PmdOps } from './pmd-ops.js';

/** Size of the hugetlb pages of an area. @kernel huge_page_size */
export const hugePageSize = (vma: Vma): number => (vma.flags.hugetlbEntries ?? 1) * PAGE_SIZE;

/** The operations of an architecture that overrides nothing. */
export class GenericHugePteOps implements HugePteOps {
  constructor(protected readonly m: EntryMachine) {}

  /** The operations on one entry of the level where `ptep` stands. */
  protected at(ptep: Ptep): PmdOps {
    return this.m.upper(ptep.table.level ?? 'pmd');
  }

  *hugePtepGet(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<PteWord> {
    return yield* this.at(ptep).pmdpGet(ptep);
  }

  *setHugePteAt(mm: Mm, addr: Vaddr, ptep: Ptep, pte: PteWord, _sz: number): Step<void> {
    yield* this.at(ptep).setPmdAt(mm, addr, ptep, pte);
  }

  *hugePteClear(_mm: Mm, _addr: Vaddr, ptep: Ptep, _sz: number): Step<void> {
    yield* this.at(ptep).pmdClear(ptep);
  }

  *hugePtepGetAndClear(mm: Mm, addr: Vaddr, ptep: Ptep, _sz: number): Step<PteWord> {
    return yield* this.at(ptep).pmdpGetAndClear(mm, addr, ptep);
  }

  *hugePtepClearFlush(vma: Vma, addr: Vaddr, ptep: Ptep): Step<PteWord> {
    const pte = yield* this.at(ptep).pmdpGetAndClear(vma.mm, addr, ptep);
    yield* this.m.tlb.flushTlbRange(vma, addr, addr + hugePageSize(vma));
    return pte;
  }

  *hugePtepSetWrprotect(mm: Mm, addr: Vaddr, ptep: Ptep): Step<void> {
    yield* this.at(ptep).pmdpSetWrprotect(mm, addr, ptep);
  }

  *hugePtepSetAccessFlags(vma: Vma, addr: Vaddr, ptep: Ptep, pte: PteWord, dirty: boolean): Step<boolean> {
    return yield* this.at(ptep).pmdpSetAccessFlags(vma, addr, ptep, pte, dirty);
  }

  *hugePtepModifyProtStart(vma: Vma, addr: Vaddr, ptep: Ptep): Step<PteWord> {
    return yield* this.hugePtepGetAndClear(vma.mm, addr, ptep, hugePageSize(vma));
  }

  *hugePtepModifyProtCommit(vma: Vma, addr: Vaddr, ptep: Ptep, _old: PteWord, pte: PteWord): Step<void> {
    yield* this.setHugePteAt(vma.mm, addr, ptep, pte, hugePageSize(vma));
  }
}

/** Name of one operation on hugetlb entries. */
export type HugePteOpName = keyof HugePteOps;

/** Every operation on hugetlb entries, in alphabetical order. */
export const HUGE_PTE_OPS: readonly HugePteOpName[] = Object.freeze(
  Object.getOwnPropertyNames(GenericHugePteOps.prototype)
    .filter((name) => /^(huge|setHuge)/.test(name))
    .sort() as HugePteOpName[],
);
