import {
  AtomicPmdOps,
  type EntryMachine,
  type Ptep,
  type PteWord,
  type Vaddr,
  type Vma,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { Arm64Ops } from './entry-ops.js';

/** Huge pages of arm64: the operations on one entry, at a higher level. @kernel arch/arm64/include/asm/pgtable.h */
export class Arm64PmdOps extends AtomicPmdOps {
  readonly #one = new Arm64Ops(this.m);

  /** With the hint that a leaf of level 2 is meant: `__flush_tlb_range(vma, start, end, PMD_SIZE, false, 2)`. */
  protected override *flush(vma: Vma, addr: Vaddr): Step<void> {
    yield* this.m.tlb.flushTlbRange(vma, addr, addr + this.hpageSize(vma), false, 'pmd');
  }

  /** A loop, because the hardware may set access and dirty state in a leaf that permits less. */
  override *pmdpSetAccessFlags(
    vma: Vma,
    addr: Vaddr,
    pmdp: Ptep,
    entry: PteWord,
    dirty: boolean,
  ): Step<boolean> {
    const changed = yield* this.#one.__ptepSetAccessFlagsNotlbi(pmdp, entry);
    if (changed && dirty) yield* this.flush(vma, addr);
    return changed;
  }
}

/** For the field `pmdOps` of a plug-in. */
export const arm64PmdOps = (m: EntryMachine, level: 'pmd' | 'pud'): Arm64PmdOps => new Arm64PmdOps(m, level);
