import { AtomicPmdOps, type Ptep, type PteWord, type Vaddr, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';

/** Huge pages of x86. @kernel arch/x86/include/asm/pgtable.h, arch/x86/mm/pgtable.c */
export class X86StylePmdOps extends AtomicPmdOps {
  /** As for a page: a plain store, and only for a store (`dirty`). No flush. */
  override *pmdpSetAccessFlags(
    vma: Vma,
    addr: Vaddr,
    pmdp: Ptep,
    entry: PteWord,
    dirty: boolean,
  ): Step<boolean> {
    const old = yield* this.pmdpGet(pmdp);
    const changed = !this.p.pmdSame(old, entry);
    if (changed && dirty) yield* this.setPmdAt(vma.mm, addr, pmdp, entry);
    return changed;
  }

  /** No flush: A and D are set only in an entry that is present when they are. */
  override *pmdpInvalidateAd(vma: Vma, addr: Vaddr, pmdp: Ptep): Step<PteWord> {
    const now = yield* this.pmdpGet(pmdp);
    return yield* this.pmdpEstablish(vma, addr, pmdp, this.p.pmdMkinvalid(now));
  }
}
