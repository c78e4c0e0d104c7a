/** The PMD table: laws of the `pmd_*` helpers for leaves (Documentation/mm/arch_pgtable_helpers.rst, Linux 6.12). */

import { PTE_ZERO, type PteWord } from '../pte/word.js';
import { afterwards, leafIsBad, leafOnly, pmdRow as row, tableIsNotBad, valid } from './pmd-laws.js';
import { PMD_MAKE_ROWS } from './pmd-make-rows.js';
import { type ContractRow, claims } from './row.js';

export const PMD_ROWS: readonly ContractRow[] = [
  row('pmdNone', 'the entry is empty', ({ pmd: p }, { pte }) =>
    claims(['the zero word is none', p.pmdNone(PTE_ZERO)], ['a leaf is not', !p.pmdNone(p.pmdMkhuge(pte))]),
  ),
  row('pmdBad', 'does not lead to a table', (...inputs) => tableIsNotBad(...inputs) ?? leafIsBad(...inputs)),
  row('pmdPresent', 'a huge page or a table is mapped', ({ pmd: p }, { pte, pfn }) =>
    claims(
      ['a leaf is present', p.pmdPresent(p.pmdMkhuge(pte))],
      ['a table is present', p.pmdPresent(p.pmdPopulate(pfn))],
      ['the zero word is not', !p.pmdPresent(PTE_ZERO)],
    ),
  ),
  row('pmdLeaf', 'maps a huge page', leafOnly('pmdLeaf', 'leaf')),
  // The thread that splits it holds the lock, and others must not mistake it for a table meanwhile.
  row('pmdTransHuge', 'maps a transparent huge page', leafOnly('pmdTransHuge', 'huge page')),
  row('pmdWrite', 'the kernel allows stores', afterwards('pmdMkwrite', 'pmdWrite')),
  row('pmdDirty', 'a store happened since the last mkclean', afterwards('pmdMkdirty', 'pmdDirty')),
  row('pmdYoung', 'an access happened since the last mkold', afterwards('pmdMkyoung', 'pmdYoung')),
  row('pmdSpecial', 'the frames have no struct page', afterwards('pmdMkspecial', 'pmdSpecial'), [
    'hugePfnmap',
  ]),
  row('pmdProtnone', 'mapped, but no access at all', ({ pmd: p, values: v }, { pte, pfn }) => {
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
  }),
  row(
    'pmdDevmap',
    'device memory with struct page',
    ({ pmd: p }, { pte }) =>
      claims(
        ['mkdevmap then devmap', p.pmdDevmap(p.pmdMkdevmap(p.pmdMkhuge(pte)))],
        ['an ordinary huge page has no devmap mark', !p.pmdDevmap(p.pmdMkhuge(pte))],
      ),
    ['devmap'],
  ),
  row('pmdSoftDirty', 'the tracking bit is set', afterwards('pmdMksoftDirty', 'pmdSoftDirty'), ['softDirty']),
  row('pmdUffdWp', 'write-protected for userfaultfd', afterwards('pmdMkuffdWp', 'pmdUffdWp'), ['uffdWp']),
  ...PMD_MAKE_ROWS,
  row('pmdMkhuge', 'makes a leaf', ({ pmd: p }, { pte }) => {
    const leaf = p.pmdMkhuge(pte);
    return claims(
      ['it is a leaf', p.pmdLeaf(leaf)],
      ['doing it twice is doing it once', p.pmdMkhuge(leaf) === leaf],
    );
  }),
  row(
    'pmdMkinvalid',
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
  row('pmdPfn', 'first frame of the huge page', ({ pmd: p, values: v }, { pfn }) =>
    claims([
      'pfn_pmd then pmd_pfn is the frame',
      p.pmdPfn(p.pfnPmd(pfn, v.mkProt({ read: true, write: false }))) === pfn,
    ]),
  ),
  row('pfnPmd', 'a leaf for a frame with a protection', ({ pmd: p, values: v }, { pfn, writable }) =>
    claims(['it is a leaf', p.pmdLeaf(p.pfnPmd(pfn, v.mkProt({ read: true, write: writable })))]),
  ),
  row('pmdPopulate', 'leads to a table', ({ pmd: p }, { pfn }) => {
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
  row('pmdSame', 'equal in every bit', ({ pmd: p }, { pte, other }) =>
    claims(
      ['an entry is the same as itself', p.pmdSame(pte, pte)],
      ['others are not', p.pmdSame(pte, other) === (pte === other)],
    ),
  ),
];
