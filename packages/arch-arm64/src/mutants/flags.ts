import {
  entryChange,
  type OverrideMutant,
  type Ptep,
  type PteWord,
  patchOf,
  pteAnd,
  pteAndNot,
  pteOr,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { Arm64Ops, morePermissive } from '../entry-ops.js';
import { PTE } from '../layout.js';
import { GatheredFlags } from '../linux/access-flags.js';

/** A read and a plain store. */
class PlainStore extends Arm64Ops {
  override *__ptepSetAccessFlagsNotlbi(ptep: Ptep, entry: PteWord, first?: PteWord): Step<boolean> {
    const pte = first ?? (yield* this.m.entries.readOnce(ptep));
    if (pte === entry) return false;
    yield* this.m.entries.writeOnce(ptep, morePermissive(pte, entry));
    return true;
  }
}

export const accessFlagsPlainStore: OverrideMutant = {
  name: 'access-flags-plain-store',
  what: 'access flags are computed from a read and written by a plain store (before 66dbd6e61a52)',
  tests: ['access-flags/set-vs-walker'],
  breaks: 'DIRTY',
  why: 'a store recorded by the hardware between the two sets AP[2] again',
  patch: patchOf(PlainStore, ['ptepSetAccessFlags']),
};

export const accessFlagsNoOpGathered: OverrideMutant = {
  name: 'access-flags-gathered',
  what: 'ptep_set_access_flags does nothing if the block as a whole has the flags (before 97c5550b7631)',
  tests: ['access-flags/sva-contpte'],
  breaks: 'LIVE',
  why: 'the CPU has set them in another entry, and a walker that takes each descriptor by itself faults for ever',
  patch: patchOf(GatheredFlags, ['ptepSetAccessFlags']),
};

export const hugetlbFlagsGathered: OverrideMutant = {
  name: 'hugetlb-flags-gathered',
  what: 'huge_ptep_set_access_flags does nothing if the page as a whole has the flags',
  tests: ['access-flags/sva-hugetlb'],
  breaks: 'LIVE',
  why: 'the CPU has set them in another entry, and a walker that takes each descriptor by itself faults for ever',
  patch: {
    *hugePtepSetAccessFlags(m, vma, addr, ptep, pte, dirty): Step<boolean> {
      if (m.v.pteSame(yield* m.huge.hugePtepGet(vma.mm, addr, ptep), pte)) return false;
      return yield* m.huge.hugePtepSetAccessFlags(vma, addr, ptep, pte, dirty);
    },
  },
};

const FLAGS = [PTE.AF, PTE.WRITE, PTE.DIRTY].reduce(pteOr);

/** The loop, with AP[2] as the requested entry has it. */
class TakesRdonly extends Arm64Ops {
  override *__ptepSetAccessFlagsNotlbi(ptep: Ptep, entry: PteWord, first?: PteWord): Step<boolean> {
    const pte = first ?? (yield* this.m.entries.readOnce(ptep));
    if (pte === entry) return false;
    const wanted = pteAnd(entry, pteOr(FLAGS, PTE.RDONLY));
    yield* entryChange(this.m, ptep, (now) => pteOr(pteAndNot(now, PTE.RDONLY), wanted), pte);
    return true;
  }
}

export const accessFlagsTakesRdonly: OverrideMutant = {
  name: 'access-flags-takes-rdonly',
  what: 'the loop takes AP[2] from the requested entry (before 6d332747fa5f)',
  tests: ['access-flags/set-vs-walker'],
  breaks: 'DIRTY',
  why: 'the exchange is atomic, but what it stores is read-only again although the hardware cleared AP[2]',
  patch: patchOf(TakesRdonly, ['ptepSetAccessFlags']),
};

const drop = (pte: PteWord) => pteOr(pteAndNot(pte, PTE.WRITE), PTE.RDONLY);

/** The exchange loop, with the bits above. */
class DropsHwDirty extends Arm64Ops {
  override *__ptepSetWrprotect(ptep: Ptep): Step<void> {
    yield* entryChange(this.m, ptep, drop);
  }
}

export const wrprotectDropsHwDirty: OverrideMutant = {
  name: 'wrprotect-drops-hw-dirty',
  what: 'write-protecting sets AP[2] and clears DBM without noting in bit 55 that AP[2] was clear (4.14 to 5.9)',
  tests: ['contpte/wrprotect-batch', 'fork-batch/lazyfree-dirty', 'fork-batch/stores-vs-copy'],
  breaks: 'DIRTY',
  why: 'AP[2] clear was the only record of a store that the hardware had seen',
  patch: patchOf(DropsHwDirty, ['ptepSetWrprotect', 'wrprotectPtes']),
};
