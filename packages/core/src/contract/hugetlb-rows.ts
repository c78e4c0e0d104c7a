/** The HugeTLB table (Documentation/mm/arch_pgtable_helpers.rst, Linux 6.12). */
import type { HugePteValues } from '../pte/hugetlb.js';
import type { PteWord } from '../pte/word.js';
import { type ContractRow, claims, type ValueLaw } from './row.js';

const row = (op: string, kernel: string, says: string, law: ValueLaw): ContractRow => ({
  op,
  kernel,
  level: 'HugeTLB',
  context: 'pure; any leaf value',
  says,
  law,
});

/** Sets or clears one fact; it stays huge, and dirty is only touched by `mkdirty`. */
const sets =
  (
    make: (h: HugePteValues) => (pte: PteWord) => PteWord,
    test: (h: HugePteValues) => (pte: PteWord) => boolean,
    expected: boolean,
    keepsDirty = true,
  ): ValueLaw =>
  ({ huge: h, values: v }, { pte }) => {
    const leaf = h.pteMkhuge(pte);
    const made = make(h)(leaf);
    return claims(
      [`the test answers ${expected} afterwards`, test(h)(made) === expected],
      ['it stays huge', h.pteHuge(made)],
      ['the frame is kept', v.ptePfn(made) === v.ptePfn(leaf)],
      ['dirty is kept', !keepsDirty || h.hugePteDirty(made) === h.hugePteDirty(leaf)],
    );
  };

export const HUGETLB_ROWS: readonly ContractRow[] = [
  row(
    'pteHuge',
    'pte_huge',
    'maps a huge page',
    sets(
      (h) => h.pteMkhuge,
      (h) => h.pteHuge,
      true,
    ),
  ),
  row('pteMkhuge', 'pte_mkhuge', 'makes a huge entry', ({ huge: h }, { pte }) => {
    const leaf = h.pteMkhuge(pte);
    return claims(
      ['it is huge', h.pteHuge(leaf)],
      ['doing it twice is doing it once', h.pteMkhuge(leaf) === leaf],
    );
  }),
  row(
    'hugePteDirty',
    'huge_pte_dirty',
    'a store happened',
    sets(
      (h) => h.hugePteMkdirty,
      (h) => h.hugePteDirty,
      true,
      false,
    ),
  ),
  row(
    'hugePteWrite',
    'huge_pte_write',
    'the kernel allows stores',
    sets(
      (h) => h.hugePteMkwrite,
      (h) => h.hugePteWrite,
      true,
    ),
  ),
  row(
    'hugePteMkdirty',
    'huge_pte_mkdirty',
    'records a store',
    sets(
      (h) => h.hugePteMkdirty,
      (h) => h.hugePteDirty,
      true,
      false,
    ),
  ),
  row(
    'hugePteMkwrite',
    'huge_pte_mkwrite',
    'allows stores',
    sets(
      (h) => h.hugePteMkwrite,
      (h) => h.hugePteWrite,
      true,
    ),
  ),
  row(
    'hugePteWrprotect',
    'huge_pte_wrprotect',
    'forbids stores; what was dirty stays dirty',
    sets(
      (h) => h.hugePteWrprotect,
      (h) => h.hugePteWrite,
      false,
    ),
  ),
];
