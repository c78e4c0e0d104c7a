import type { ArchSpec, EntryMachine, Mm, OverrideMutant, Ptep, PteWord, Vaddr } from '@racewalk/core';
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

/** What Linux has on either x86. */
export const X86_LINUX: NonNullable<ArchSpec['linux']> = Object.freeze([
  {
    release: '6.12',
    what: 'ptep_get_and_clear_full with full reads the entry and empties it by a plain store',
    kernel: { file: 'arch/x86/include/asm/pgtable.h', functions: ['ptep_get_and_clear_full'] },
    known:
      'meant so: full is set only for an address space that no CPU runs on any more (exit_mmap), and then no walker sets D. The race has a CPU that still stores, as a device with a table of its own might',
    outcomes: [
      {
        tests: ['contpte/teardown-keeps-young'],
        breaks: 'MISS',
        why: 'A set by the hardware between the two is overwritten, and the caller has an old entry',
      },
      {
        tests: ['contpte/teardown-unfold', 'contpte/teardown-markers'],
        why: 'full is not set, or nothing that the hardware changes is emptied',
      },
      {
        tests: ['contpte/teardown-*', 'contpte/get-vs-half-cleared'],
        breaks: 'DIRTY',
        why: 'D set by the hardware between the two is overwritten, and the caller has a clean entry',
      },
    ],
    patch: {
      *ptepGetAndClearFull(m, mm, addr, ptep, full): Step<PteWord> {
        if (!full) return yield* m.pte.ptepGetAndClear(mm, addr, ptep);
        return yield* readAndClear(m, mm, addr, ptep);
      },
    },
  },
]);
