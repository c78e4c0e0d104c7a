/** The PTE table: laws of the `pte_*` helpers (Documentation/mm/arch_pgtable_helpers.rst, Linux 6.12). */

import { PTE_ZERO } from '../pte/word.js';
import { keeps, pteRow as row } from './pte-laws.js';
import { PTE_MAKE_ROWS } from './pte-make-rows.js';
import { type ContractRow, claims } from './row.js';
import { loadsAge, refusesInvalid, refusesStores, storesDirty } from './walker-laws.js';

export const PTE_ROWS: readonly ContractRow[] = [
  row('pteNone', 'pte_none', 'the entry is empty', ({ values: v }, { pte }) =>
    claims(['the zero word is none', v.pteNone(PTE_ZERO)], ['a present entry is not', !v.pteNone(pte)]),
  ),
  row('ptePresent', 'pte_present', 'a page is mapped', ({ values: v, swap }, { pte, swp }) =>
    claims(
      ['the sample is present', v.ptePresent(pte)],
      ['the zero word is not', !v.ptePresent(PTE_ZERO)],
      ['a swap entry is not', !v.ptePresent(swap.swpEntryToPte(swp))],
    ),
  ),
  row('pteValid', 'pte_valid', 'the hardware may translate with it', (arch, { pte, pfn, marker }) => {
    const { values: v } = arch;
    return (
      claims(
        ['valid implies present', !v.pteValid(pte) || v.ptePresent(pte)],
        ['a readable page is valid', v.pteValid(v.pfnPte(pfn, v.mkProt({ read: true, write: false })))],
        ['PROT_NONE is not', !v.pteValid(v.pfnPte(pfn, v.protNone()))],
      ) ?? refusesInvalid(arch, pte, marker)
    );
  }),
  row('pteProtnone', 'pte_protnone', 'mapped, but no access at all', ({ values: v }, { pte }) => {
    const none = v.pteModify(pte, v.protNone());
    return claims(
      ['PROT_NONE is protnone', v.pteProtnone(none)],
      ['PROT_NONE is present', v.ptePresent(none)],
      ['PROT_NONE is not valid', !v.pteValid(none)],
    );
  }),
  row(
    'pteWrite',
    'pte_write',
    'the kernel allows stores',
    (arch, { pte }) =>
      claims(
        ['mkwrite then write', arch.values.pteWrite(arch.values.pteMkwrite(pte))],
        ['wrprotect then not', !arch.values.pteWrite(arch.values.pteWrprotect(pte))],
      ) ?? refusesStores(arch, pte),
  ),
  row(
    'pteDirty',
    'pte_dirty',
    'a store happened since the last mkclean',
    (arch, { pte }) =>
      claims(
        ['mkdirty then dirty', arch.values.pteDirty(arch.values.pteMkdirty(pte))],
        ['mkclean then not', !arch.values.pteDirty(arch.values.pteMkclean(pte))],
      ) ?? storesDirty(arch, pte),
  ),
  row(
    'pteYoung',
    'pte_young',
    'an access happened since the last mkold',
    (arch, { pte }) =>
      claims(
        ['mkyoung then young', arch.values.pteYoung(arch.values.pteMkyoung(pte))],
        ['mkold then not', !arch.values.pteYoung(arch.values.pteMkold(pte))],
      ) ?? loadsAge(arch, pte),
  ),
  row('pteSpecial', 'pte_special', 'the frame has no struct page', ({ values: v }, { pte }) =>
    claims(['mkspecial then special', v.pteSpecial(v.pteMkspecial(pte))]),
  ),
  row(
    'pteDevmap',
    'pte_devmap',
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
    'pte_soft_dirty',
    'the tracking bit is set',
    ({ values: v }, { pte }) =>
      claims(['mksoft_dirty then soft-dirty', v.pteSoftDirty(v.pteMksoftDirty(pte))]),
    ['softDirty'],
  ),
  row(
    'pteUffdWp',
    'pte_uffd_wp',
    'write-protected for userfaultfd',
    ({ values: v }, { pte }) => claims(['mkuffd_wp then uffd-wp', v.pteUffdWp(v.pteMkuffdWp(pte))]),
    ['uffdWp'],
  ),
  row(
    'pteCont',
    'pte_cont',
    'part of a contiguous block',
    ({ values: v }, { pte }) => claims(['mkcont then cont', v.pteCont(v.pteMkcont(pte))]),
    ['contPte'],
  ),
  ...PTE_MAKE_ROWS,
  row('ptePfn', 'pte_pfn', 'the frame it maps', ({ values: v }, { pfn, pte }) =>
    claims(
      [
        'pfn_pte then pte_pfn is the frame',
        v.ptePfn(v.pfnPte(pfn, v.mkProt({ read: true, write: false }))) === pfn,
      ],
      ['an entry has a frame', v.ptePfn(pte) >= 0],
    ),
  ),
  row('pfnPte', 'pfn_pte', 'an entry for a frame with a protection', ({ values: v }, { pfn, writable }) => {
    const pte = v.pfnPte(pfn, v.mkProt({ read: true, write: writable }));
    return claims(
      ['it is valid', v.pteValid(pte)],
      ['it is clean', !v.pteDirty(pte)],
      ['it maps the frame', v.ptePfn(pte) === pfn],
    );
  }),
  row('pteAdvancePfn', 'pte_advance_pfn', 'the same entry some frames on', ({ values: v }, { pte, nr }) => {
    const there = v.pteAdvancePfn(pte, nr);
    return (
      claims(
        ['the frame moves by nr', v.ptePfn(there) === v.ptePfn(pte) + nr],
        ['there and back', v.pteAdvancePfn(there, -nr) === pte],
      ) ?? keeps(v, pte, there, 'present', 'write', 'dirty', 'young', 'special', 'uffd-wp', 'cont')
    );
  }),
  row('pteSame', 'pte_same', 'equal in every bit', ({ values: v }, { pte, other }) =>
    claims(
      ['an entry is the same as itself', v.pteSame(pte, pte)],
      ['others are not', v.pteSame(pte, other) === (pte === other)],
    ),
  ),
  row(
    'pteModify',
    'pte_modify',
    'changes the protection and keeps frame, dirty, young and software marks',
    ({ values: v }, { pte, writable }) => {
      const to = v.pteModify(pte, v.mkProt({ read: true, write: writable }));
      return (
        claims(['it is valid', v.pteValid(to)]) ??
        keeps(v, pte, to, 'pfn', 'present', 'dirty', 'young', 'special', 'uffd-wp')
      );
    },
  ),
  row('mkProt', 'vm_get_page_prot', 'entry bits of a protection', ({ values: v }, { pfn }) => {
    const writes = (write: boolean) => v.pteWrite(v.pfnPte(pfn, v.mkProt({ read: true, write })));
    return claims(['writable if asked', writes(true)], ['read-only if not', !writes(false)]);
  }),
  row('protNone', 'PAGE_NONE', 'entry bits of PROT_NONE', ({ values: v }, { pfn }) =>
    claims(
      ['present', v.ptePresent(v.pfnPte(pfn, v.protNone()))],
      ['not valid', !v.pteValid(v.pfnPte(pfn, v.protNone()))],
    ),
  ),
];
