import { PTE_ZERO, type PteWord } from '../pte/word.js';
import type { Step } from '../step/step.js';
import type { Vaddr } from '../units.js';
import { entryChange } from './entry-change.js';
import type { Mm, Ptep, Vma } from './handles.js';
import { GenericPmdOps } from './pmd.js';

/**
 * The bodies of an architecture whose hardware sets access and dirty state in leaves: every change of a
 * live leaf is an exchange or a compare-and-exchange loop.
 *
 * @kernel arch/arm64/include/asm/pgtable.h, arch/x86/include/asm/pgtable.h
 */
export class AtomicPmdOps extends GenericPmdOps {
  override *pmdpGetAndClear(_mm: Mm, _addr: Vaddr, pmdp: Ptep): Step<PteWord> {
    return yield* this.m.entries.xchg(pmdp, PTE_ZERO);
  }

  override *pmdpTestAndClearYoung(_vma: Vma, _addr: Vaddr, pmdp: Ptep): Step<boolean> {
    const old = yield* entryChange(this.m, pmdp, this.p.pmdMkold);
    return this.p.pmdYoung(old);
  }

  override *pmdpSetWrprotect(_mm: Mm, _addr: Vaddr, pmdp: Ptep): Step<void> {
    yield* entryChange(this.m, pmdp, this.p.pmdWrprotect);
  }

  /** Add the permissions and flags of `entry` to the current entry, so that none is removed. */
  override *pmdpSetAccessFlags(
    vma: Vma,
    addr: Vaddr,
    pmdp: Ptep,
    entry: PteWord,
    _dirty: boolean,
  ): Step<boolean> {
    const first = yield* this.m.entries.readOnce(pmdp);
    if (this.p.pmdSame(first, entry)) return false;
    yield* entryChange(this.m, pmdp, (pmd) => this.#withFlagsOf(pmd, entry), first);
    yield* this.flush(vma, addr);
    return true;
  }

  #withFlagsOf(pmd: PteWord, entry: PteWord): PteWord {
    const { p } = this;
    const young = p.pmdYoung(entry) ? p.pmdMkyoung(pmd) : pmd;
    const writable = p.pmdWrite(entry) ? p.pmdMkwrite(young) : young;
    return p.pmdDirty(entry) ? p.pmdMkdirty(writable) : writable;
  }

  override *pmdpEstablish(_vma: Vma, _addr: Vaddr, pmdp: Ptep, pmd: PteWord): Step<PteWord> {
    return yield* this.m.entries.xchg(pmdp, pmd);
  }
}
