/** The PMD table: helpers that set or clear one fact (Documentation/mm/arch_pgtable_helpers.rst, Linux 6.12). */
import { marks, pmdRow as row, sets } from './pmd-laws.js';
import { type ContractRow, claims } from './row.js';

export const PMD_MAKE_ROWS: readonly ContractRow[] = [
  row('pmdMkwrite', 'pmd_mkwrite', 'allows stores', sets('pmdMkwrite', 'pmdWrite', true)),
  row(
    'pmdMkwriteNovma',
    'pmd_mkwrite_novma',
    'allows stores in the ordinary way, whatever the area is',
    (arch, sample) => {
      const { pmd: p } = arch;
      const leaf = p.pmdMkhuge(sample.pte);
      return (
        sets('pmdMkwriteNovma', 'pmdWrite', true)(arch, sample) ??
        claims([
          'no area has another way: the same as mkwrite',
          p.pmdMkwriteNovma(leaf) === p.pmdMkwrite(leaf),
        ])
      );
    },
  ),
  row('pmdWrprotect', 'pmd_wrprotect', 'forbids stores; what was dirty stays dirty', (arch, sample) => {
    const leaf = arch.pmd.pmdMkhuge(sample.pte);
    return (
      sets('pmdWrprotect', 'pmdWrite', false)(arch, sample) ??
      claims(['dirty is kept', arch.pmd.pmdDirty(arch.pmd.pmdWrprotect(leaf)) === arch.pmd.pmdDirty(leaf)])
    );
  }),
  row('pmdMkdirty', 'pmd_mkdirty', 'records a store', sets('pmdMkdirty', 'pmdDirty', true)),
  row('pmdMkclean', 'pmd_mkclean', 'forgets stores', sets('pmdMkclean', 'pmdDirty', false)),
  row('pmdMkyoung', 'pmd_mkyoung', 'records an access', sets('pmdMkyoung', 'pmdYoung', true)),
  row('pmdMkold', 'pmd_mkold', 'forgets accesses', sets('pmdMkold', 'pmdYoung', false)),
  row(
    'pmdMkspecial',
    'pmd_mkspecial',
    'marks the frames as ones without struct page',
    marks('pmdMkspecial', 'pmdSpecial', true),
    ['hugePfnmap'],
  ),
  row(
    'pmdMkdevmap',
    'pmd_mkdevmap',
    'marks the frames as device memory with struct page',
    marks('pmdMkdevmap', 'pmdDevmap', true),
    ['devmap'],
  ),
  row(
    'pmdMksoftDirty',
    'pmd_mksoft_dirty',
    'sets the tracking bit',
    marks('pmdMksoftDirty', 'pmdSoftDirty', true),
    ['softDirty'],
  ),
  row(
    'pmdClearSoftDirty',
    'pmd_clear_soft_dirty',
    'clears the tracking bit',
    marks('pmdClearSoftDirty', 'pmdSoftDirty', false),
    ['softDirty'],
  ),
  row(
    'pmdMkuffdWp',
    'pmd_mkuffd_wp',
    'marks as write-protected for userfaultfd, and is',
    (arch, sample) =>
      marks('pmdMkuffdWp', 'pmdUffdWp', true)(arch, sample) ??
      claims([
        'stores are forbidden',
        !arch.pmd.pmdWrite(arch.pmd.pmdMkuffdWp(arch.pmd.pmdMkhuge(sample.pte))),
      ]),
    ['uffdWp'],
  ),
  row(
    'pmdClearUffdWp',
    'pmd_clear_uffd_wp',
    'removes that mark',
    marks('pmdClearUffdWp', 'pmdUffdWp', false),
    ['uffdWp'],
  ),
];
