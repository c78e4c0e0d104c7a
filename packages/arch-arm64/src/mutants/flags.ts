import {
  __ptepGet,
  type Contpte,
  contpteConvert,
  contptePtepSetAccessFlags,
  contpteWrprotectPtes,
  type SetAccessFlags,
} from '@racewalk/contpte';
import {
  entryChange,
  type OverrideMutant,
  type Ptep,
  type PteWord,
  pteAnd,
  pteAndNot,
  pteOr,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { arm64AccessFlags, morePermissive } from '../entry-ops.js';
import { PTE } from '../layout.js';
import { accessFlagsGathered } from '../linux/access-flags.js';

const contpte = (m: Contpte['m']): Contpte => ({ m, flags: arm64AccessFlags, convert: contpteConvert });

const withSet = (set: SetAccessFlags): OverrideMutant['patch'] => ({
  *ptepSetAccessFlags(m, vma, _addr, ptep: Ptep, entry: PteWord, dirty: boolean): Step<boolean> {
    return yield* contptePtepSetAccessFlags(contpte(m), vma, ptep, entry, dirty, set);
  },
});

export const accessFlagsPlainStore: OverrideMutant = {
  name: 'access-flags-plain-store',
  what: 'access flags are computed from a read and written by a plain store (before 66dbd6e61a52)',
  tests: ['access-flags/set-vs-walker'],
  breaks: 'DIRTY',
  why: 'a store recorded by the hardware between the two sets AP[2] again',
  patch: withSet(function* (m, ptep, entry, first) {
    const pte = first ?? (yield* __ptepGet(m, ptep));
    if (pte === entry) return false;
    yield* m.entries.writeOnce(ptep, morePermissive(pte, entry));
    return true;
  }),
};

export const accessFlagsNoOpGathered: OverrideMutant = {
  name: 'access-flags-gathered',
  what: 'ptep_set_access_flags does nothing if the block as a whole has the flags (before 97c5550b7631)',
  tests: ['access-flags/sva-contpte'],
  breaks: 'LIVE',
  why: 'the CPU has set them in another entry, and a walker that takes each descriptor by itself faults for ever',
  patch: { ptepSetAccessFlags: accessFlagsGathered },
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

export const accessFlagsTakesRdonly: OverrideMutant = {
  name: 'access-flags-takes-rdonly',
  what: 'the loop takes AP[2] from the requested entry (before 6d332747fa5f)',
  tests: ['access-flags/set-vs-walker'],
  breaks: 'DIRTY',
  why: 'the exchange is atomic, but what it stores is read-only again although the hardware cleared AP[2]',
  patch: withSet(function* (m, ptep, entry, first) {
    const pte = first ?? (yield* __ptepGet(m, ptep));
    if (pte === entry) return false;
    const wanted = pteAnd(entry, pteOr(FLAGS, PTE.RDONLY));
    yield* entryChange(m, ptep, (now) => pteOr(pteAndNot(now, PTE.RDONLY), wanted), pte);
    return true;
  }),
};

const drop = (pte: PteWord) => pteOr(pteAndNot(pte, PTE.WRITE), PTE.RDONLY);

function* protect(m: Contpte['m'], ptep: Ptep): Step<void> {
  yield* entryChange(m, ptep, drop);
}

export const wrprotectDropsHwDirty: OverrideMutant = {
  name: 'wrprotect-drops-hw-dirty',
  what: 'write-protecting sets AP[2] and clears DBM without noting in bit 55 that AP[2] was clear (4.14 to 5.9)',
  tests: ['contpte/wrprotect-batch', 'fork-batch/lazyfree-dirty', 'fork-batch/stores-vs-copy'],
  breaks: 'DIRTY',
  why: 'AP[2] clear was the only record of a store that the hardware had seen',
  patch: {
    *ptepSetWrprotect(m, _mm, _addr, ptep: Ptep): Step<void> {
      yield* contpteWrprotectPtes(contpte(m), ptep, 1, protect);
    },
    *wrprotectPtes(m, _mm, _addr, ptep: Ptep, nr: number): Step<void> {
      yield* contpteWrprotectPtes(contpte(m), ptep, nr, protect);
    },
  },
};
