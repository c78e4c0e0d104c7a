import type { OverrideMutant, PteWord } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';

/** Bugs of either x86. */
export const X86_MUTANTS: readonly OverrideMutant[] = Object.freeze([
  {
    name: 'nonatomic-get-and-clear',
    what: 'the entry is read and then emptied by a plain store, as Linux does where nobody runs any more',
    tests: ['contpte/teardown-vs-walker'],
    breaks: 'DIRTY',
    why: 'D set by the hardware between the two is overwritten, and the caller has a clean entry',
    ops: (_m, ops) => {
      const take = function* (
        mm: Parameters<typeof ops.pteClear>[0],
        addr: number,
        ptep: Parameters<typeof ops.pteClear>[2],
      ): Step<PteWord> {
        const pte = yield* ops.ptepGet(ptep);
        yield* ops.pteClear(mm, addr, ptep);
        return pte;
      };
      return { ptepGetAndClear: take, ptepGetAndClearFull: take };
    },
  },
  {
    name: 'access-flags-always-store',
    what: 'ptep_set_access_flags stores the entry for a load, too',
    tests: ['access-flags/set-vs-walker'],
    breaks: 'DIRTY',
    why: 'the entry stored was computed from a clean one, and the hardware has set D meanwhile',
    ops: (m, ops) => ({
      *ptepSetAccessFlags(_vma, _addr, ptep, entry, _dirty): Step<boolean> {
        const old = yield* ops.ptepGet(ptep);
        if (m.v.pteSame(old, entry)) return false;
        yield* m.entries.writeOnce(ptep, entry, 'ptep_set_access_flags');
        return true;
      },
    }),
  },
]);
