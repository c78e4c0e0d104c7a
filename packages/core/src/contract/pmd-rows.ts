/** The PMD table: laws of the `pmd_*` helpers for leaves (Documentation/mm/arch_pgtable_helpers.rst, Linux 6.12). */

import { PTE_ZERO, type PteWord } from '../pte/word.js';
import { afterwards, leafIsBad, pmdRow as row, tableIsNotBad, valid } from './pmd-laws.js';
import { PMD_MAKE_ROWS } from './pmd-make-rows.js';
import { type ContractRow, claims } from './row.js';

export const PMD_ROWS: readonly ContractRow[] = [
  row('pmdNone', 'pmd_none', 'the entry is empty', ({ pmd: p }, { pte }) =>
    claims(['the zero word is none', p.pmdNone(PTE_ZERO)], ['a leaf is not', !p.pmdNone(p.pmdMkhuge(pte))]),
  ),
  row(
    'pmdBad',
    'pmd_bad',
    'does not lead to a table',
    (...inputs) => tableIsNotBad(...inputs) ?? leafIsBad(...inputs),
  ),
  row('pmdPresent', 'pmd_present', 'a huge page or a table is mapped', ({ pmd: p }, { pte, pfn }) =>
    claims(
      ['a leaf is present', p.pmdPresent(p.pmdMkhuge(pte))],
      ['a table is present', p.pmdPresent(p.pmdPopulate(pfn))],
      ['the zero word is not', !p.pmdPresent(PTE_ZERO)],
    ),
  ),
  row('pmdLeaf', 'pmd_leaf', 'maps a huge page', ({ pmd: p }, { pte, pfn }) => {
    const leaf = p.pmdMkhuge(pte);
    return claims(
      ['a leaf is one', p.pmdLeaf(leaf)],
      ['also while it is invalid', p.pmdLeaf(p.pmdMkinvalid(leaf))],
      ['an entry that points to a table is not a leaf', !p.pmdLeaf(p.pmdPopulate(pfn))],
      ['the zero word is not a leaf', !p.pmdLeaf(PTE_ZERO)],
    );
  }),
  row('pmdTransHuge', 'pmd_trans_huge', 'maps a transparent huge page', ({ pmd: p }, { pte, pfn }) => {
    const leaf = p.pmdMkhuge(pte);
    return claims(
      ['a leaf is one', p.pmdTransHuge(leaf)],
      // The thread that splits it holds the lock, and others must not mistake it for a table meanwhile.
      ['also while it is invalid', p.pmdTransHuge(p.pmdMkinvalid(leaf))],
      ['an entry that points to a table is not a huge page', !p.pmdTransHuge(p.pmdPopulate(pfn))],
      ['the zero word is not a huge page', !p.pmdTransHuge(PTE_ZERO)],
    );
  }),
  row('pmdWrite', 'pmd_write', 'the kernel allows stores', afterwards('pmdMkwrite', 'pmdWrite')),
  row(
    'pmdDirty',
    'pmd_dirty',
    'a store happened since the last mkclean',
    afterwards('pmdMkdirty', 'pmdDirty'),
  ),
  row(
    'pmdYoung',
    'pmd_young',
    'an access happened since the last mkold',
    afterwards('pmdMkyoung', 'pmdYoung'),
  ),
  row(
    'pmdSpecial',
    'pmd_special',
    'the frames have no struct page',
    afterwards('pmdMkspecial', 'pmdSpecial'),
    ['hugePfnmap'],
  ),
  row(
    'pmdProtnone',
    'pmd_protnone',
    'mapped, but no access at all',
    ({ pmd: p, values: v }, { pte, pfn }) => {
      const none = p.pmdMkhuge(v.pfnPte(pfn, v.protNone()));
      return claims(
        ['a leaf of PROT_NONE is', p.pmdProtnone(none)],
        ['it is present', p.pmdPresent(none)],
        ['it is a leaf', p.pmdLeaf(none)],
        [
          'a leaf that can be read is not',
          !p.pmdProtnone(p.pfnPmd(pfn, v.mkProt({ read: true, write: false }))),
        ],
        ['nor is one that was invalidated', !p.pmdProtnone(p.pmdMkinvalid(p.pmdMkhuge(valid(v, pte))))],
      );
    },
  ),
  row(
    'pmdDevmap',
    'pmd_devmap',
    'device memory with struct page',
    ({ pmd: p }, { pte }) =>
      claims(
        ['mkdevmap then devmap', p.pmdDevmap(p.pmdMkdevmap(p.pmdMkhuge(pte)))],
        ['an ordinary huge page has no devmap mark', !p.pmdDevmap(p.pmdMkhuge(pte))],
      ),
    ['devmap'],
  ),
  row(
    'pmdSoftDirty',
    'pmd_soft_dirty',
    'the tracking bit is set',
    afterwards('pmdMksoftDirty', 'pmdSoftDirty'),
    ['softDirty'],
  ),
  row('pmdUffdWp', 'pmd_uffd_wp', 'write-protected for userfaultfd', afterwards('pmdMkuffdWp', 'pmdUffdWp'), [
    'uffdWp',
  ]),
  ...PMD_MAKE_ROWS,
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
        ['still a leaf', p.pmdLeaf(invalid)],
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
  row('pmdPopulate', 'pmd_populate', 'leads to a table', ({ pmd: p }, { pfn }) => {
    const table = p.pmdPopulate(pfn);
    return claims(
      ['it is present', p.pmdPresent(table)],
      ['it is no leaf', !p.pmdLeaf(table)],
      ['it is not bad', !p.pmdBad(table)],
      ['the frame comes back', p.pmdPfn(table) === pfn],
    );
  }),
  row(
    'pmdModify',
    'pmd_modify',
    'changes the protection and keeps the huge page, dirty, young and software marks',
    ({ pmd: p, values: v }, { pte, writable }) => {
      const leaf = p.pmdMkhuge(pte);
      const to = p.pmdModify(leaf, v.mkProt({ read: true, write: writable }));
      const none = p.pmdModify(leaf, v.protNone());
      const keeps = (made: PteWord) =>
        claims(
          ['it stays a leaf', p.pmdLeaf(made)],
          ['the frame is kept', p.pmdPfn(made) === p.pmdPfn(leaf)],
          ['dirty is kept', p.pmdDirty(made) === p.pmdDirty(leaf)],
        );
      return (
        claims(
          ['the hardware may use it', v.pteValid(to)],
          ['young is kept', p.pmdYoung(to) === p.pmdYoung(leaf)],
          ['with PROT_NONE it may not', !v.pteValid(none) && v.pteProtnone(none)],
        ) ??
        keeps(to) ??
        keeps(none)
      );
    },
  ),
  row('pmdSame', 'pmd_same', 'equal in every bit', ({ pmd: p }, { pte, other }) =>
    claims(
      ['an entry is the same as itself', p.pmdSame(pte, pte)],
      ['others are not', p.pmdSame(pte, other) === (pte === other)],
    ),
  ),
];
