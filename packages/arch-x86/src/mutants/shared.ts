import type { EntryMachine, Mm, OverrideMutant, Ptep, PteWord, Vaddr } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';

function* readAndClear(m: EntryMachine, mm: Mm, addr: Vaddr, ptep: Ptep): Step<PteWord> {
  const pte = yield* m.pte.ptepGet(ptep);
  yield* m.pte.pteClear(mm, addr, ptep);
  return pte;
}

/** Bugs of either x86. */
export const X86_MUTANTS: readonly OverrideMutant[] = Object.freeze([
  {
    name: 'nonatomic-get-and-clear',
    what: 'the entry is read and then emptied by a plain store, as Linux does where nobody runs any more',
    tests: ['contpte/teardown-vs-walker'],
    breaks: 'DIRTY',
    why: 'D set by the hardware between the two is overwritten, and the caller has a clean entry',
    patch: { ptepGetAndClear: readAndClear, ptepGetAndClearFull: readAndClear },
  },
  {
    name: 'access-flags-always-store',
    what: 'ptep_set_access_flags stores the entry for a load, too',
    tests: ['access-flags/set-vs-walker'],
    breaks: 'DIRTY',
    why: 'the entry stored was computed from a clean one, and the hardware has set D meanwhile',
    patch: {
      *ptepSetAccessFlags(m, _vma, _addr, ptep, entry, _dirty): Step<boolean> {
        const old = yield* m.pte.ptepGet(ptep);
        if (m.v.pteSame(old, entry)) return false;
        yield* m.entries.writeOnce(ptep, entry);
        return true;
      },
    },
  },
]);
