/** The PTE table: laws of the `pte_*` helpers (Documentation/mm/arch_pgtable_helpers.rst, Linux 6.12). */

import type { PteValues } from '../pte/values.js';
import { PTE_ZERO, type PteWord } from '../pte/word.js';
import { type ContractRow, claims, type ValueLaw } from './row.js';

const PURE = 'pure; any entry value';

const row = (
  op: string,
  kernel: string,
  says: string,
  law: ValueLaw,
  needs?: ContractRow['needs'],
): ContractRow => ({
  op,
  kernel,
  level: 'PTE',
  context: PURE,
  says,
  law,
  ...(needs === undefined ? {} : { needs }),
});

/** What changing one fact must leave alone. */
function keeps(
  v: PteValues,
  before: PteWord,
  after: PteWord,
  ...facts: (keyof typeof FACTS)[]
): string | null {
  for (const fact of facts) {
    if (FACTS[fact](v, before) !== FACTS[fact](v, after)) return `${fact} is kept`;
  }
  return null;
}

const FACTS = {
  pfn: (v: PteValues, p: PteWord) => v.ptePfn(p),
  present: (v: PteValues, p: PteWord) => v.ptePresent(p),
  write: (v: PteValues, p: PteWord) => v.pteWrite(p),
  dirty: (v: PteValues, p: PteWord) => v.pteDirty(p),
  young: (v: PteValues, p: PteWord) => v.pteYoung(p),
  special: (v: PteValues, p: PteWord) => v.pteSpecial(p),
  'uffd-wp': (v: PteValues, p: PteWord) => v.pteUffdWp(p),
  cont: (v: PteValues, p: PteWord) => v.pteCont(p),
};

/** Sets or clears one fact: the test sees it, doing it twice is doing it once, the rest is kept. */
const sets =
  (
    make: (v: PteValues) => (p: PteWord) => PteWord,
    test: (v: PteValues) => (p: PteWord) => boolean,
    expected: boolean,
    ...kept: (keyof typeof FACTS)[]
  ): ValueLaw =>
  ({ values: v }, { pte }) => {
    const made = make(v)(pte);
    return (
      claims(
        [`the test answers ${expected} afterwards`, test(v)(made) === expected],
        ['doing it twice is doing it once', make(v)(made) === made],
      ) ?? keeps(v, pte, made, 'pfn', 'present', ...kept)
    );
  };

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
  row('pteValid', 'pte_valid', 'the hardware may translate with it', ({ values: v }, { pte, pfn }) =>
    claims(
      ['valid implies present', !v.pteValid(pte) || v.ptePresent(pte)],
      ['a readable page is valid', v.pteValid(v.pfnPte(pfn, v.mkProt({ read: true, write: false })))],
      ['PROT_NONE is not', !v.pteValid(v.pfnPte(pfn, v.protNone()))],
    ),
  ),
  row('pteProtnone', 'pte_protnone', 'mapped, but no access at all', ({ values: v }, { pte }) => {
    const none = v.pteModify(pte, v.protNone());
    return claims(
      ['PROT_NONE is protnone', v.pteProtnone(none)],
      ['PROT_NONE is present', v.ptePresent(none)],
      ['PROT_NONE is not valid', !v.pteValid(none)],
    );
  }),
  row('pteWrite', 'pte_write', 'the kernel allows stores', ({ values: v }, { pte }) =>
    claims(
      ['mkwrite then write', v.pteWrite(v.pteMkwrite(pte))],
      ['wrprotect then not', !v.pteWrite(v.pteWrprotect(pte))],
    ),
  ),
  row('pteDirty', 'pte_dirty', 'a store happened since the last mkclean', ({ values: v }, { pte }) =>
    claims(
      ['mkdirty then dirty', v.pteDirty(v.pteMkdirty(pte))],
      ['mkclean then not', !v.pteDirty(v.pteMkclean(pte))],
    ),
  ),
  row('pteYoung', 'pte_young', 'an access happened since the last mkold', ({ values: v }, { pte }) =>
    claims(
      ['mkyoung then young', v.pteYoung(v.pteMkyoung(pte))],
      ['mkold then not', !v.pteYoung(v.pteMkold(pte))],
    ),
  ),
  row('pteSpecial', 'pte_special', 'the frame has no struct page', ({ values: v }, { pte }) =>
    claims(['mkspecial then special', v.pteSpecial(v.pteMkspecial(pte))]),
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
  row(
    'pteMkwrite',
    'pte_mkwrite',
    'allows stores',
    sets(
      (v) => v.pteMkwrite,
      (v) => v.pteWrite,
      true,
      'dirty',
      'young',
      'special',
    ),
  ),
  row(
    'pteWrprotect',
    'pte_wrprotect',
    'forbids stores; what was dirty stays dirty',
    sets(
      (v) => v.pteWrprotect,
      (v) => v.pteWrite,
      false,
      'dirty',
      'young',
      'special',
    ),
  ),
  row(
    'pteMkdirty',
    'pte_mkdirty',
    'records a store',
    sets(
      (v) => v.pteMkdirty,
      (v) => v.pteDirty,
      true,
      'write',
      'young',
      'special',
    ),
  ),
  row(
    'pteMkclean',
    'pte_mkclean',
    'forgets stores, in every place that records them',
    sets(
      (v) => v.pteMkclean,
      (v) => v.pteDirty,
      false,
      'write',
      'young',
      'special',
    ),
  ),
  row(
    'pteMkyoung',
    'pte_mkyoung',
    'records an access',
    sets(
      (v) => v.pteMkyoung,
      (v) => v.pteYoung,
      true,
      'write',
      'dirty',
      'special',
    ),
  ),
  row(
    'pteMkold',
    'pte_mkold',
    'forgets accesses',
    sets(
      (v) => v.pteMkold,
      (v) => v.pteYoung,
      false,
      'write',
      'dirty',
      'special',
    ),
  ),
  row(
    'pteMkspecial',
    'pte_mkspecial',
    'marks the frame as one without struct page',
    sets(
      (v) => v.pteMkspecial,
      (v) => v.pteSpecial,
      true,
      'write',
      'dirty',
      'young',
    ),
  ),
  row(
    'pteMksoftDirty',
    'pte_mksoft_dirty',
    'sets the tracking bit',
    sets(
      (v) => v.pteMksoftDirty,
      (v) => v.pteSoftDirty,
      true,
      'write',
      'dirty',
      'young',
    ),
    ['softDirty'],
  ),
  row(
    'pteClearSoftDirty',
    'pte_clear_soft_dirty',
    'clears the tracking bit',
    sets(
      (v) => v.pteClearSoftDirty,
      (v) => v.pteSoftDirty,
      false,
      'write',
      'dirty',
      'young',
    ),
    ['softDirty'],
  ),
  row(
    'pteMkuffdWp',
    'pte_mkuffd_wp',
    'marks as write-protected for userfaultfd',
    sets(
      (v) => v.pteMkuffdWp,
      (v) => v.pteUffdWp,
      true,
      'dirty',
      'young',
    ),
    ['uffdWp'],
  ),
  row(
    'pteClearUffdWp',
    'pte_clear_uffd_wp',
    'removes that mark',
    sets(
      (v) => v.pteClearUffdWp,
      (v) => v.pteUffdWp,
      false,
      'write',
      'dirty',
      'young',
    ),
    ['uffdWp'],
  ),
  row(
    'pteMkcont',
    'pte_mkcont',
    'marks as part of a contiguous block',
    sets(
      (v) => v.pteMkcont,
      (v) => v.pteCont,
      true,
      'write',
      'dirty',
      'young',
    ),
    ['contPte'],
  ),
  row(
    'pteMknoncont',
    'pte_mknoncont',
    'removes that mark',
    sets(
      (v) => v.pteMknoncont,
      (v) => v.pteCont,
      false,
      'write',
      'dirty',
      'young',
    ),
    ['contPte'],
  ),
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
