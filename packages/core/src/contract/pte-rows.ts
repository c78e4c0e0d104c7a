/** The PTE table: laws of the `pte_*` helpers (Documentation/mm/arch_pgtable_helpers.rst, Linux 6.12). */

import { PTE_ZERO } from '../pte/word.js';
import { keeps, pteRow as row, seen } from './pte-laws.js';
import { PTE_MAKE_ROWS } from './pte-make-rows.js';
import { type ContractRow, claims } from './row.js';
import { loadsAge, refusesInvalid, refusesStores, storesDirty } from './walker-laws.js';

const writes = seen('pteWrite', 'pteMkwrite', 'mkwrite then write', 'pteWrprotect', 'wrprotect then not');
const dirties = seen('pteDirty', 'pteMkdirty', 'mkdirty then dirty', 'pteMkclean', 'mkclean then not');
const ages = seen('pteYoung', 'pteMkyoung', 'mkyoung then young', 'pteMkold', 'mkold then not');

/** A helper that Linux calls by another name. */
const named = (kernel: string, ...it: Parameters<typeof row>): ContractRow => ({ ...row(...it), kernel });

export const PTE_ROWS: readonly ContractRow[] = [
  row('pteNone', 'the entry is empty', ({ values: v }, { pte }) =>
    claims(['the zero word is none', v.pteNone(PTE_ZERO)], ['a present entry is not', !v.pteNone(pte)]),
  ),
  row('ptePresent', 'a page is mapped', ({ values: v, swap }, { pte, swp }) =>
    claims(
      ['the sample is present', v.ptePresent(pte)],
      ['the zero word is not', !v.ptePresent(PTE_ZERO)],
      ['a swap entry is not', !v.ptePresent(swap.swpEntryToPte(swp))],
    ),
  ),
  row('pteValid', 'the hardware may translate with it', (arch, { pte, pfn, marker }) => {
    const { values: v } = arch;
    return (
      claims(
        ['valid implies present', !v.pteValid(pte) || v.ptePresent(pte)],
        ['a readable page is valid', v.pteValid(v.pfnPte(pfn, v.mkProt({ read: true, write: false })))],
        ['PROT_NONE is not', !v.pteValid(v.pfnPte(pfn, v.protNone()))],
      ) ?? refusesInvalid(arch, pte, marker)
    );
  }),
  row('pteProtnone', 'mapped, but no access at all', ({ values: v }, { pte }) => {
    const none = v.pteModify(pte, v.protNone());
    return claims(
      ['PROT_NONE is protnone', v.pteProtnone(none)],
      ['PROT_NONE is present', v.ptePresent(none)],
      ['PROT_NONE is not valid', !v.pteValid(none)],
    );
  }),
  row(
    'pteWrite',
    'the kernel allows stores',
    (arch, sample) => writes(arch, sample) ?? refusesStores(arch, sample.pte),
  ),
  row(
    'pteDirty',
    'a store happened since the last mkclean',
    (arch, sample) => dirties(arch, sample) ?? storesDirty(arch, sample.pte),
  ),
  row(
    'pteYoung',
    'an access happened since the last mkold',
    (arch, sample) => ages(arch, sample) ?? loadsAge(arch, sample.pte),
  ),
  row(
    'pteSpecial',
    'the frame has no struct page',
    seen('pteSpecial', 'pteMkspecial', 'mkspecial then special'),
  ),
  row(
    'pteDevmap',
    'device memory with struct page',
    ({ values: v }, { pte }) =>
      claims(
        ['mkdevmap then devmap', v.pteDevmap(v.pteMkdevmap(pte))],
        ['an ordinary page has no devmap mark', !v.pteDevmap(pte)],
      ),
    ['devmap'],
  ),
  row(
    'pteSoftDirty',
    'the tracking bit is set',
    seen('pteSoftDirty', 'pteMksoftDirty', 'mksoft_dirty then soft-dirty'),
    ['softDirty'],
  ),
  row(
    'pteUffdWp',
    'write-protected for userfaultfd',
    seen('pteUffdWp', 'pteMkuffdWp', 'mkuffd_wp then uffd-wp'),
    ['uffdWp'],
  ),
  row('pteCont', 'part of a contiguous block', seen('pteCont', 'pteMkcont', 'mkcont then cont'), ['contPte']),
  ...PTE_MAKE_ROWS,
  row('ptePfn', 'the frame it maps', ({ values: v }, { pfn, pte }) =>
    claims(
      [
        'pfn_pte then pte_pfn is the frame',
        v.ptePfn(v.pfnPte(pfn, v.mkProt({ read: true, write: false }))) === pfn,
      ],
      ['an entry has a frame', v.ptePfn(pte) >= 0],
    ),
  ),
  row('pfnPte', 'an entry for a frame with a protection', ({ values: v }, { pfn, writable }) => {
    const pte = v.pfnPte(pfn, v.mkProt({ read: true, write: writable }));
    return claims(
      ['it is valid', v.pteValid(pte)],
      ['it is clean', !v.pteDirty(pte)],
      ['it maps the frame', v.ptePfn(pte) === pfn],
    );
  }),
  row('pteAdvancePfn', 'the same entry some frames on', ({ values: v }, { pte, nr }) => {
    const there = v.pteAdvancePfn(pte, nr);
    return (
      claims(
        ['the frame moves by nr', v.ptePfn(there) === v.ptePfn(pte) + nr],
        ['there and back', v.pteAdvancePfn(there, -nr) === pte],
      ) ?? keeps(v, pte, there, 'present', 'write', 'dirty', 'young', 'special', 'uffd-wp', 'cont')
    );
  }),
  row('pteSame', 'equal in every bit', ({ values: v }, { pte, other }) =>
    claims(
      ['an entry is the same as itself', v.pteSame(pte, pte)],
      ['others are not', v.pteSame(pte, other) === (pte === other)],
    ),
  ),
  row(
    'pteModify',
    'changes the protection and keeps frame, dirty, young and software marks',
    ({ values: v }, { pte, writable }) => {
      const to = v.pteModify(pte, v.mkProt({ read: true, write: writable }));
      return (
        claims(['it is valid', v.pteValid(to)]) ??
        keeps(v, pte, to, 'pfn', 'present', 'dirty', 'young', 'special', 'uffd-wp')
      );
    },
  ),
  named('vm_get_page_prot', 'mkProt', 'entry bits of a protection', ({ values: v }, { pfn }) => {
    const writes = (write: boolean) => v.pteWrite(v.pfnPte(pfn, v.mkProt({ read: true, write })));
    return claims(['writable if asked', writes(true)], ['read-only if not', !writes(false)]);
  }),
  named('PAGE_NONE', 'protNone', 'entry bits of PROT_NONE', ({ values: v }, { pfn }) =>
    claims(
      ['present', v.ptePresent(v.pfnPte(pfn, v.protNone()))],
      ['not valid', !v.pteValid(v.pfnPte(pfn, v.protNone()))],
    ),
  ),
];
