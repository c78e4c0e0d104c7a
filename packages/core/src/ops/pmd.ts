/**
 * The `pmdp_*` and `pudp_*` operations on huge pages, with the bodies an architecture gets if it does
 * nothing (include/linux/pgtable.h, mm/pgtable-generic.c, Linux 6.12). As with `ptep_*`: the bodies that
 * read and then write are right only where no hardware changes entries.
 *
 * One class serves both levels; its methods have the names of the PMD. `addr` is in bytes.
 */
import type { PmdValues } from '../pte/pmd.js';
import type { UpperLevel } from '../pte/upper.js';
import { PTE_ZERO, type PteWord } from '../pte/word.js';
import type { Step } from '../step/step.js';
import { PAGE_SIZE, type Pfn, type Vaddr } from '../units.js';
import type { EntryMachine } from './entry-machine.js';
import type { Mm, Ptep, Vma } from './handles.js';
import type { PmdOps } from './pmd-ops.js';

/** The operations of an architecture that overrides nothing. */
export class GenericPmdOps implements PmdOps {
  constructor(
    protected readonly m: EntryMachine,
    readonly level: UpperLevel = 'pmd',
  ) {}

  /** The helpers on values of this level, under their names for the PMD. */
  protected get p(): PmdValues {
    return this.m.p;
  }

  /** Bytes of a huge page of the area. */
  protected hpageSize(vma: Vma): number {
    return this.m.hpagePages(vma) * PAGE_SIZE;
  }

  /** Invalidate the huge page everywhere and wait. @kernel flush_pmd_tlb_range */
  protected *flush(vma: Vma, addr: Vaddr): Step<void> {
    yield* this.m.tlb.flushTlbRange(vma, addr, addr + this.hpageSize(vma));
  }

  *pmdpGet(pmdp: Ptep): Step<PteWord> {
    return yield* this.m.entries.readOnce(pmdp);
  }

  *pmdpGetLockless(pmdp: Ptep): Step<PteWord> {
    return yield* this.m.entries.readOnce(pmdp);
  }

  *setPmdAt(_mm: Mm, _addr: Vaddr, pmdp: Ptep, pmd: PteWord): Step<void> {
    yield* this.m.entries.writeOnce(pmdp, pmd);
  }

  *pmdClear(pmdp: Ptep): Step<void> {
    yield* this.m.entries.writeOnce(pmdp, PTE_ZERO);
  }

  *pmdpGetAndClear(_mm: Mm, _addr: Vaddr, pmdp: Ptep): Step<PteWord> {
    // The hardware may set a bit between the two: fine only if it never sets any.
    const pmd = yield* this.pmdpGet(pmdp);
    yield* this.pmdClear(pmdp);
    return pmd;
  }

  *pmdpGetAndClearFull(vma: Vma, addr: Vaddr, pmdp: Ptep, _full: boolean): Step<PteWord> {
    return yield* this.pmdpGetAndClear(vma.mm, addr, pmdp);
  }

  *pmdpHugeGetAndClear(mm: Mm, addr: Vaddr, pmdp: Ptep): Step<PteWord> {
    return yield* this.pmdpGetAndClear(mm, addr, pmdp);
  }

  *pmdpHugeGetAndClearFull(vma: Vma, addr: Vaddr, pmdp: Ptep, full: boolean): Step<PteWord> {
    return yield* this.pmdpGetAndClearFull(vma, addr, pmdp, full);
  }

  *pmdpHugeClearFlush(vma: Vma, addr: Vaddr, pmdp: Ptep): Step<PteWord> {
    const pmd = yield* this.pmdpHugeGetAndClear(vma.mm, addr, pmdp);
    yield* this.flush(vma, addr);
    return pmd;
  }

  *pmdpTestAndClearYoung(vma: Vma, addr: Vaddr, pmdp: Ptep): Step<boolean> {
    const pmd = yield* this.pmdpGet(pmdp);
    if (!this.p.pmdYoung(pmd)) return false;
    yield* this.setPmdAt(vma.mm, addr, pmdp, this.p.pmdMkold(pmd));
    return true;
  }

  *pmdpClearFlushYoung(vma: Vma, addr: Vaddr, pmdp: Ptep): Step<boolean> {
    const young = yield* this.pmdpTestAndClearYoung(vma, addr, pmdp);
    if (young) yield* this.flush(vma, addr);
    return young;
  }

  *pmdpSetWrprotect(mm: Mm, addr: Vaddr, pmdp: Ptep): Step<void> {
    const pmd = yield* this.pmdpGet(pmdp);
    yield* this.setPmdAt(mm, addr, pmdp, this.p.pmdWrprotect(pmd));
  }

  *pmdpSetAccessFlags(vma: Vma, addr: Vaddr, pmdp: Ptep, entry: PteWord, _dirty: boolean): Step<boolean> {
    const old = yield* this.pmdpGet(pmdp);
    if (this.p.pmdSame(old, entry)) return false;
    yield* this.setPmdAt(vma.mm, addr, pmdp, entry);
    yield* this.flush(vma, addr);
    return true;
  }

  *pmdpEstablish(vma: Vma, addr: Vaddr, pmdp: Ptep, pmd: PteWord): Step<PteWord> {
    // As in generic_pmdp_establish: flags that the hardware sets in between are lost.
    const old = yield* this.pmdpGet(pmdp);
    yield* this.setPmdAt(vma.mm, addr, pmdp, pmd);
    return old;
  }

  *pmdpInvalidate(vma: Vma, addr: Vaddr, pmdp: Ptep): Step<PteWord> {
    const now = yield* this.pmdpGet(pmdp);
    const old = yield* this.pmdpEstablish(vma, addr, pmdp, this.p.pmdMkinvalid(now));
    yield* this.flush(vma, addr);
    return old;
  }

  *pmdpInvalidateAd(vma: Vma, addr: Vaddr, pmdp: Ptep): Step<PteWord> {
    return yield* this.pmdpInvalidate(vma, addr, pmdp);
  }

  *pmdpCollapseFlush(vma: Vma, addr: Vaddr, pmdp: Ptep): Step<PteWord> {
    const pmd = yield* this.pmdpHugeGetAndClear(vma.mm, addr, pmdp);
    yield* this.m.tlb.flushTlbRange(vma, addr, addr + this.hpageSize(vma));
    return pmd;
  }

  *pmdSetHuge(pmdp: Ptep, pfn: Pfn, prot: PteWord): Step<boolean> {
    const old = yield* this.m.entries.readOnce(pmdp);
    if (this.p.pmdPresent(old) && !this.p.pmdLeaf(old)) return false;
    yield* this.setPmdAt(pmdp.table.mm, 0, pmdp, this.p.pfnPmd(pfn, prot));
    return true;
  }

  *pmdClearHuge(pmdp: Ptep): Step<boolean> {
    const old = yield* this.m.entries.readOnce(pmdp);
    if (!this.p.pmdLeaf(old)) return false;
    yield* this.pmdClear(pmdp);
    return true;
  }
}
