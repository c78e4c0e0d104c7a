/** Faults in the operations on entries in memory. */
import {
  blockOf,
  GenericPteOps,
  type Mm,
  type Ptep,
  type PteWord,
  ptepAdd,
  type Vaddr,
  type Vma,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { ToyOps, toyArch } from '@racewalk/toys';
import type { Broken } from './broken.js';

class ReadsThenClears extends ToyOps {
  override *ptepGetAndClear(mm: Mm, addr: Vaddr, ptep: Ptep): Step<PteWord> {
    yield* this.unfold(ptep);
    return yield* GenericPteOps.prototype.ptepGetAndClear.call(this, mm, addr, ptep);
  }
}

export const notAtomic: Broken = {
  fault: 'get-and-clear is not atomic',
  plugin: toyArch({ ops: (m) => new ReadsThenClears(m) }),
  fails: [/^races > toy\/zap-vs-store upstream/],
  says: [
    /found violates DIRTY/,
    /step {2}zap \(cpu0, holds ptl\) +user \(cpu1\)/,
    /ptep_get pte\[0\] .*clean[\s\S]*store page 0[\s\S]*pte_clear pte\[0\]/,
    /racewalk replay rw1:/,
  ],
};

class ForgetsToFlush extends ToyOps {
  override *ptepClearFlush(vma: Vma, addr: Vaddr, ptep: Ptep): Step<PteWord> {
    return yield* this.ptepGetAndClear(vma.mm, addr, ptep);
  }
}

export const keepsTlbEntry: Broken = {
  fault: 'TLB entry kept after flush',
  plugin: toyArch({ ops: (m) => new ForgetsToFlush(m) }),
  fails: [/^laws > entry ptep_clear_flush: /, /^races > toy\/clear-flush-vs-store upstream/],
  says: [
    /toy ptepClearFlush \(ptep_clear_flush\).*"empties an entry and flushes it"/,
    /leaves the old translation of pte\[0\] in the TLB, which the generic body drops by a flush/,
    /its steps: (?!.*tlbi)/,
  ],
};

class UpgradesQuietly extends ToyOps {
  override *ptepSetAccessFlags(vma: Vma, addr: Vaddr, ptep: Ptep, entry: PteWord): Step<boolean> {
    return yield* super.ptepSetAccessFlags(vma, addr, ptep, entry, false);
  }
}

export const noFlushOnUpgrade: Broken = {
  fault: 'no flush on permission upgrade',
  plugin: toyArch({ ops: (m) => new UpgradesQuietly(m) }),
  fails: [/^laws > entry ptep_set_access_flags/],
  says: [
    /toy ptepSetAccessFlags \(ptep_set_access_flags\).*flushes if it changed and a store waits/,
    /leaves the old translation of pte\[0\] in the TLB/,
    /faultDropsTlb/,
  ],
};

class OneFrameForAll extends ToyOps {
  override *setPtes(mm: Mm, addr: Vaddr, ptep: Ptep, pte: PteWord, nr: number): Step<void> {
    const block = blockOf(ptep, this.m.contPtes);
    if (block[0] !== ptep || nr !== block.length) return yield* super.setPtes(mm, addr, ptep, pte, nr);
    for (let i = 0; i < nr; i++) yield* this.setPte(ptepAdd(ptep, i), this.m.v.pteMkcont(pte));
  }
}

export const otherOutputAddress: Broken = {
  fault: 'contiguous block with a different output address',
  plugin: toyArch({ ops: (m) => new OneFrameForAll(m) }),
  fails: [/^laws > batch set_ptes/],
  says: [
    /toy setPtes \(set_ptes\)/,
    /claims contPte, but leaves a contiguous block that is not uniform: pte\[1\] is "0x40 .*", and by pte\[0\] it would be "0x41 /,
    /PFN +0x0 +0x40 +0x41 {2}\* frame/,
    /in the words of arm64: Contiguous bit/,
  ],
};

class WrongEntry extends ToyOps {
  override *ptepTestAndClearYoung(_vma: Vma, _addr: Vaddr, ptep: Ptep): Step<boolean> {
    const { v } = this.m;
    yield* this.unfold(ptep);
    const [first = ptep] = blockOf(ptep, this.m.contPtes);
    return v.pteYoung(yield* this.m.entries.update(first, v.pteMkold, 'ptep_test_and_clear_young'));
  }
}

export const youngOfAnother: Broken = {
  fault: 'young cleared on the wrong entry',
  plugin: toyArch({ ops: (m) => new WrongEntry(m) }),
  fails: [/^laws > entry ptep_test_and_clear_young/],
  says: [
    /toy ptepTestAndClearYoung \(ptep_test_and_clear_young\)/,
    /(?:leaves pte\[1\] = .* \+young, generic .* old|returned )/,
    /its steps: .*ptep_test_and_clear_young pte\[8\]/,
    /smallest input: entry 9/,
  ],
};

class ProtectsInPlace extends ToyOps {
  override *ptepSetWrprotect(_mm: Mm, _addr: Vaddr, ptep: Ptep): Step<void> {
    yield* this.m.entries.update(ptep, this.m.v.pteWrprotect, 'ptep_set_wrprotect');
  }
}

export const protectsInPlace: Broken = {
  fault: 'one entry of a block is write-protected in place',
  plugin: toyArch({ ops: (m) => new ProtectsInPlace(m) }),
  fails: [/^laws > entry ptep_set_wrprotect/],
  says: [
    /claims contPte, but leaves a contiguous block that is not uniform: pte\[1\] is "0x41 rw .*", and by pte\[0\] it would be "0x41 ro /,
    /its steps: ptep_set_wrprotect pte\[0\]$/m,
    /what to do: change all entries of a block alike, or unfold it first/,
  ],
};
