/** The PTE table: helpers that set or clear one fact (Documentation/mm/arch_pgtable_helpers.rst, Linux 6.12). */
import { napotForm } from './napot-laws.js';
import { pteRow as row, sets } from './pte-laws.js';
import { type ContractRow, claims } from './row.js';

export const PTE_MAKE_ROWS: readonly ContractRow[] = [
  row(
    'pteMkwrite',
    'pte_mkwrite',
    'allows stores',
    sets('pteMkwrite', 'pteWrite', true, 'dirty', 'young', 'special'),
  ),
  row(
    'pteMkwriteNovma',
    'pte_mkwrite_novma',
    'allows stores in the ordinary way, whatever the area is',
    (arch, sample) =>
      sets('pteMkwriteNovma', 'pteWrite', true, 'dirty', 'young', 'special')(arch, sample) ??
      claims([
        'no area has another way: the same as mkwrite',
        arch.values.pteMkwriteNovma(sample.pte) === arch.values.pteMkwrite(sample.pte),
      ]),
  ),
  row(
    'pteWrprotect',
    'pte_wrprotect',
    'forbids stores; what was dirty stays dirty',
    sets('pteWrprotect', 'pteWrite', false, 'dirty', 'young', 'special'),
  ),
  row(
    'pteMkdirty',
    'pte_mkdirty',
    'records a store',
    sets('pteMkdirty', 'pteDirty', true, 'write', 'young', 'special'),
  ),
  row(
    'pteMkclean',
    'pte_mkclean',
    'forgets stores, in every place that records them',
    sets('pteMkclean', 'pteDirty', false, 'write', 'young', 'special'),
  ),
  row(
    'pteMkyoung',
    'pte_mkyoung',
    'records an access',
    sets('pteMkyoung', 'pteYoung', true, 'write', 'dirty', 'special'),
  ),
  row(
    'pteMkold',
    'pte_mkold',
    'forgets accesses',
    sets('pteMkold', 'pteYoung', false, 'write', 'dirty', 'special'),
  ),
  row(
    'pteMkspecial',
    'pte_mkspecial',
    'marks the frame as one without struct page',
    sets('pteMkspecial', 'pteSpecial', true, 'write', 'dirty', 'young'),
  ),
  row(
    'pteMkdevmap',
    'pte_mkdevmap',
    'marks the frame as device memory with struct page',
    sets('pteMkdevmap', 'pteDevmap', true, 'write', 'dirty', 'young'),
    ['devmap'],
  ),
  row(
    'pteMksoftDirty',
    'pte_mksoft_dirty',
    'sets the tracking bit',
    sets('pteMksoftDirty', 'pteSoftDirty', true, 'write', 'dirty', 'young'),
    ['softDirty'],
  ),
  row(
    'pteClearSoftDirty',
    'pte_clear_soft_dirty',
    'clears the tracking bit',
    sets('pteClearSoftDirty', 'pteSoftDirty', false, 'write', 'dirty', 'young'),
    ['softDirty'],
  ),
  row(
    'pteMkuffdWp',
    'pte_mkuffd_wp',
    'marks as write-protected for userfaultfd',
    sets('pteMkuffdWp', 'pteUffdWp', true, 'dirty', 'young'),
    ['uffdWp'],
  ),
  row(
    'pteClearUffdWp',
    'pte_clear_uffd_wp',
    'removes that mark',
    sets('pteClearUffdWp', 'pteUffdWp', false, 'write', 'dirty', 'young'),
    ['uffdWp'],
  ),
  row(
    'pteMkcont',
    'pte_mkcont',
    'marks as part of a contiguous block',
    (arch, sample) =>
      sets('pteMkcont', 'pteCont', true, 'write', 'dirty', 'young')(arch, sample) ?? napotForm(arch, sample),
    ['contPte'],
  ),
  row(
    'pteMknoncont',
    'pte_mknoncont',
    'removes that mark',
    sets('pteMknoncont', 'pteCont', false, 'write', 'dirty', 'young'),
    ['contPte'],
  ),
];
