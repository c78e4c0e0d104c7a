/**
 * Bugs put back: the generic bodies, which Linux has here, and a write-protect that forgets what only the
 * hardware wrote down.
 */
import {
  type ArchSpec,
  type EntryMachine,
  GenericPteOps,
  type OverrideMutant,
  type PteOpName,
  type PteWord,
  pteAndNot,
  pteOr,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { PTE } from './layout.js';

/** The operation has its generic body again. */
const generic = (name: PteOpName): OverrideMutant['patch'] => {
  const body = GenericPteOps.prototype[name] as (...args: readonly unknown[]) => unknown;
  return { [name]: (m: EntryMachine, ...args: readonly unknown[]) => body.apply(m.pte, [...args]) };
};

/** For both plug-ins. */
export const MUTANTS: readonly OverrideMutant[] = Object.freeze([
  {
    name: 'generic-get-and-clear',
    what: 'ptep_get_and_clear is a read and a store of zero',
    tests: ['contpte/teardown-vs-walker', 'reclaim/unmap-one', 'reclaim/madvise-free'],
    breaks: 'DIRTY',
    why: 'a walker sets D between the two, and the caller has a clean entry',
    patch: generic('ptepGetAndClear'),
  },
  {
    name: 'generic-test-and-clear-young',
    what: 'ptep_test_and_clear_young is a read and a store of the entry without V',
    tests: ['access-flags/test-and-clear-young', 'access-flags/clear-flush-young'],
    breaks: 'DIRTY',
    why: 'a walker sets D between the two, and the store takes it back',
    patch: generic('ptepTestAndClearYoung'),
  },
  {
    name: 'generic-wrprotect',
    what: 'ptep_set_wrprotect is a read and a store of the entry without W and D',
    tests: ['fork-batch/stores-vs-copy', 'fork-batch/lazyfree-dirty'],
    breaks: 'DIRTY',
    why: 'a walker sets D between the two, and nothing moves it to MODIFIED',
    patch: generic('ptepSetWrprotect'),
  },
  {
    name: 'generic-access-flags',
    what: 'ptep_set_access_flags stores the entry that the fault handler asks for',
    tests: ['access-flags/set-vs-walker'],
    breaks: 'DIRTY',
    why: 'the handler of a load read the entry before a walker set D',
    patch: generic('ptepSetAccessFlags'),
  },
]);

/** What Linux has: none of the four is one access. */
export const LINUX: NonNullable<ArchSpec['linux']> = Object.freeze([
  {
    release: '6.12',
    what: 'ptep_get_and_clear, ptep_test_and_clear_young, ptep_set_wrprotect and ptep_set_access_flags are the generic bodies: a read and a plain store',
    kernel: {
      file: 'include/linux/pgtable.h',
      functions: [
        'ptep_get_and_clear',
        'ptep_get_and_clear_full',
        'ptep_test_and_clear_young',
        'ptep_set_wrprotect',
        'ptep_set_access_flags',
      ],
    },
    known:
      'no __HAVE_ARCH_PTEP_* is defined in arch/loongarch, 6.12; the TLB refill handler, and the walker of CPUs with PTW, set V and D without the page-table lock. No report of a lost store was found; CVE-2026-72043 is about another one, in pte_wrprotect()',
    outcomes: [
      {
        tests: [
          'contpte/teardown-keeps-young',
          'as-dirty/wrprotect-then-clean',
          'as-dirty/one-flush-for-both',
        ],
        breaks: 'MISS',
        why: 'a walker sets V or D between the read and the store of zero, and the caller has the entry without it',
        functions: ['ptep_get_and_clear', 'ptep_get_and_clear_full', 'ptep_modify_prot_start'],
      },
      {
        tests: ['contpte/teardown-markers'],
        why: 'nothing that a walker changes is emptied',
      },
      {
        tests: [
          'contpte/teardown-*',
          'contpte/get-vs-half-cleared',
          'contpte/unfold-vs-walker',
          'contpte/partial-dontneed',
          'contpte/vma-split',
          'contpte/reclaim-one',
          'contpte/move-aligned',
          'contpte/move-unaligned',
          'as-dirty/wrprotect-writes',
          'as-dirty/wrprotect-flush-under-ptl',
          'mremap/move-vs-writer',
          'reclaim/unmap-one',
          'reclaim/batched-io',
          'reclaim/batch-vs-mprotect',
          'reclaim/lazyfree-redirtied',
          'reclaim/madvise-free',
        ],
        breaks: 'DIRTY',
        why: 'a walker sets D between the read and the store of zero, and the caller has a clean entry',
        functions: ['ptep_get_and_clear', 'ptep_get_and_clear_full', 'ptep_modify_prot_start'],
      },
      {
        tests: ['access-flags/test-and-clear-young', 'access-flags/clear-flush-young'],
        breaks: 'DIRTY',
        why: 'a walker sets D between the two, and the store takes it back',
        functions: ['ptep_test_and_clear_young'],
      },
      {
        tests: [
          'contpte/wrprotect-batch',
          'fork-batch/stores-vs-copy',
          'fork-batch/partial-ends',
          'fork-batch/lazyfree-dirty',
        ],
        breaks: 'DIRTY',
        why: 'a walker sets D between the two, and nothing moves it to MODIFIED',
        functions: ['ptep_set_wrprotect'],
      },
      {
        tests: ['access-flags/set-vs-walker'],
        breaks: 'DIRTY',
        why: 'the handler of a load read the entry before a walker set D, and stores it back',
        functions: ['ptep_set_access_flags'],
      },
    ],
    patch: {
      ...generic('ptepGetAndClear'),
      ...generic('ptepTestAndClearYoung'),
      ...generic('ptepSetWrprotect'),
      ...generic('ptepSetAccessFlags'),
    },
  },
]);

/** Where handlers fill the TLB this one is harmless: they set MODIFIED together with D. */
export const HPTW_MUTANTS: readonly OverrideMutant[] = Object.freeze([
  {
    name: 'wrprotect-drops-d',
    what: 'ptep_set_wrprotect clears W and D and leaves MODIFIED as it is (CVE-2026-72043; before 018e9828eb52)',
    tests: ['fork-batch/lazyfree-dirty', 'fork-batch/stores-vs-copy', 'contpte/wrprotect-batch'],
    breaks: 'DIRTY',
    why: 'D was the only record of a store that the hardware had seen',
    patch: {
      *ptepSetWrprotect(m, _mm, _addr, ptep): Step<void> {
        const drop = (pte: PteWord) => pteAndNot(pte, pteOr(PTE.W, PTE.D));
        yield* m.entries.update(ptep, drop);
      },
    },
  },
]);
