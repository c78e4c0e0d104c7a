/**
 * Operations of x86, where the hardware sets A and D by locked updates that re-check the entry.
 */
import { AtomicPteOps, type Ptep, type PteWord, type Vaddr, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';

/**
 * Exchanges, also through `ptep_get_and_clear_full`: there Linux makes do with a read and a plain store, because no
 * CPU runs on an address space that is torn down; a race has one that does. `ptep_set_wrprotect` is a loop, because
 * clearing R/W and moving D must be one update; see `SAVED_DIRTY`.
 *
 * @kernel arch/x86/include/asm/pgtable.h, arch/x86/mm/pgtable.c
 */
export class X86StyleOps extends AtomicPteOps {
  /** No flush: a page in use may look idle until its translation leaves the TLB, and nothing worse. */
  override *ptepClearFlushYoung(vma: Vma, addr: Vaddr, ptep: Ptep): Step<boolean> {
    return yield* this.ptepTestAndClearYoung(vma, addr, ptep);
  }

  /**
   * A plain store, and only for a store (`dirty`): then `entry` has A and D set, and those are all the
   * hardware could add meanwhile. For a load nothing is stored: the hardware sets A by itself. No flush:
   * a stale translation that permits less costs one fault, which drops it.
   */
  override *ptepSetAccessFlags(
    _vma: Vma,
    _addr: Vaddr,
    ptep: Ptep,
    entry: PteWord,
    dirty: boolean,
  ): Step<boolean> {
    const old = yield* this.ptepGet(ptep);
    const changed = !this.m.v.pteSame(old, entry);
    if (changed && dirty) yield* this.m.entries.writeOnce(ptep, entry);
    return changed;
  }
}
