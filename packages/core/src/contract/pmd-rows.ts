/** The PMD table: laws of the `pmd_*` helpers for leaves (Documentation/mm/arch_pgtable_helpers.rst, Linux 6.12). */

import type { PmdValues } from '../pte/pmd.js';
import { PTE_ZERO, type PteWord } from '../pte/word.js';
import { type ContractRow, claims, type ValueLaw } from './row.js';

const row = (op: string, kernel: string, says: string, law: ValueLaw): ContractRow => ({
  op,
  kernel,
  level: 'PMD',
  context: 'pure; any leaf value',
  says,
  law,
});

/** Sets or clears one fact of a leaf; it stays a leaf of the same frame. */
const sets =
  (
    make: (p: PmdValues) => (pmd: PteWord) => PteWord,
    test: (p: PmdValues) => (pmd: PteWord) => boolean,
    expected: boolean,
  ): ValueLaw =>
  ({ pmd: p }, { pte }) => {
    const leaf = p.pmdMkhuge(pte);
    const made = make(p)(leaf);
    return claims(
      [`the test answers ${expected} afterwards`, test(p)(made) === expected],
      ['doing it twice is doing it once', make(p)(made) === made],
      ['the frame is kept', p.pmdPfn(made) === p.pmdPfn(leaf)],
      ['it stays a leaf', p.pmdLeaf(made)],
    );
  };

const afterwards =
  (
    make: (p: PmdValues) => (pmd: PteWord) => PteWord,
    test: (p: PmdValues) => (pmd: PteWord) => boolean,
  ): ValueLaw =>
  ({ pmd: p }, { pte }) =>
    claims(['the test sees what was made', test(p)(make(p)(p.pmdMkhuge(pte)))]);

export const PMD_ROWS: readonly ContractRow[] = [
  row('pmdNone', 'pmd_none', 'the entry is empty', ({ pmd: p }, { pte }) =>
    claims(['the zero word is none', p.pmdNone(PTE_ZERO)], ['a leaf is not', !p.pmdNone(p.pmdMkhuge(pte))]),
  ),
  row('pmdPresent', 'pmd_present', 'a huge page or a table is mapped', ({ pmd: p }, { pte }) =>
    claims(
      ['a leaf is present', p.pmdPresent(p.pmdMkhuge(pte))],
      ['the zero word is not', !p.pmdPresent(PTE_ZERO)],
    ),
  ),
  row(
    'pmdLeaf',
    'pmd_leaf',
    'maps a huge page',
    afterwards(
      (p) => p.pmdMkhuge,
      (p) => p.pmdLeaf,
    ),
  ),
  row(
    'pmdWrite',
    'pmd_write',
    'the kernel allows stores',
    afterwards(
      (p) => p.pmdMkwrite,
      (p) => p.pmdWrite,
    ),
  ),
  row(
    'pmdDirty',
    'pmd_dirty',
    'a store happened since the last mkclean',
    afterwards(
      (p) => p.pmdMkdirty,
      (p) => p.pmdDirty,
    ),
  ),
  row(
    'pmdYoung',
    'pmd_young',
    'an access happened since the last mkold',
    afterwards(
      (p) => p.pmdMkyoung,
      (p) => p.pmdYoung,
    ),
  ),
  row(
    'pmdMkwrite',
    'pmd_mkwrite',
    'allows stores',
    sets(
      (p) => p.pmdMkwrite,
      (p) => p.pmdWrite,
      true,
    ),
  ),
  row('pmdWrprotect', 'pmd_wrprotect', 'forbids stores; what was dirty stays dirty', (arch, sample) => {
    const leaf = arch.pmd.pmdMkhuge(sample.pte);
    return (
      sets(
        (p) => p.pmdWrprotect,
        (p) => p.pmdWrite,
        false,
      )(arch, sample) ??
      claims(['dirty is kept', arch.pmd.pmdDirty(arch.pmd.pmdWrprotect(leaf)) === arch.pmd.pmdDirty(leaf)])
    );
  }),
  row(
    'pmdMkdirty',
    'pmd_mkdirty',
    'records a store',
    sets(
      (p) => p.pmdMkdirty,
      (p) => p.pmdDirty,
      true,
    ),
  ),
  row(
    'pmdMkclean',
    'pmd_mkclean',
    'forgets stores',
    sets(
      (p) => p.pmdMkclean,
      (p) => p.pmdDirty,
      false,
    ),
  ),
  row(
    'pmdMkyoung',
    'pmd_mkyoung',
    'records an access',
    sets(
      (p) => p.pmdMkyoung,
      (p) => p.pmdYoung,
      true,
    ),
  ),
  row(
    'pmdMkold',
    'pmd_mkold',
    'forgets accesses',
    sets(
      (p) => p.pmdMkold,
      (p) => p.pmdYoung,
      false,
    ),
  ),
  row('pmdMkhuge', 'pmd_mkhuge', 'makes a leaf', ({ pmd: p }, { pte }) => {
    const leaf = p.pmdMkhuge(pte);
    return claims(
      ['it is a leaf', p.pmdLeaf(leaf)],
      ['doing it twice is doing it once', p.pmdMkhuge(leaf) === leaf],
    );
  }),
  row(
    'pmdMkinvalid',
    'pmd_mkinvalid',
    'takes it from the hardware and keeps it for the kernel',
    ({ pmd: p, values: v }, { pte }) => {
      const leaf = p.pmdMkhuge(pte);
      const invalid = p.pmdMkinvalid(leaf);
      return claims(
        ['still present', p.pmdPresent(invalid)],
        ['not valid', !v.pteValid(invalid)],
        ['the frame is kept', p.pmdPfn(invalid) === p.pmdPfn(leaf)],
        ['dirty is kept', p.pmdDirty(invalid) === p.pmdDirty(leaf)],
      );
    },
  ),
  row('pmdPfn', 'pmd_pfn', 'first frame of the huge page', ({ pmd: p, values: v }, { pfn }) =>
    claims([
      'pfn_pmd then pmd_pfn is the frame',
      p.pmdPfn(p.pfnPmd(pfn, v.mkProt({ read: true, write: false }))) === pfn,
    ]),
  ),
  row(
    'pfnPmd',
    'pfn_pmd',
    'a leaf for a frame with a protection',
    ({ pmd: p, values: v }, { pfn, writable }) =>
      claims(['it is a leaf', p.pmdLeaf(p.pfnPmd(pfn, v.mkProt({ read: true, write: writable })))]),
  ),
  row('pmdSame', 'pmd_same', 'equal in every bit', ({ pmd: p }, { pte, other }) =>
    claims(
      ['an entry is the same as itself', p.pmdSame(pte, pte)],
      ['others are not', p.pmdSame(pte, other) === (pte === other)],
    ),
  ),
];
