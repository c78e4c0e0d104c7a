/** The PMD table: helpers that set or clear one fact (Documentation/mm/arch_pgtable_helpers.rst, Linux 6.12). */
import { marks, pmdRow, sets } from './pmd-laws.js';
import { type ContractRow, claims, type ValueLaw } from './row.js';

/** A helper and the test that sees what it did, by a law of its kind; `more` is what else it promises. */
function row(
  op: Parameters<typeof sets>[0],
  says: string,
  law: typeof sets,
  [test, expected]: readonly [Parameters<typeof sets>[1], boolean],
  needs?: ContractRow['needs'],
  more: ValueLaw = () => null,
): ContractRow {
  const first = law(op, test, expected);
  return pmdRow(op, says, (...trial) => first(...trial) ?? more(...trial), needs);
}

const FORBIDS = 'forbids stores; what was dirty stays dirty';
const ORDINARY = 'allows stores in the ordinary way, whatever the area is';
const NO_PAGE = 'marks the frames as ones without struct page';
const DEVICE = 'marks the frames as device memory with struct page';
const UFFD_WP = 'marks as write-protected for userfaultfd, and is';

const likeMkwrite: ValueLaw = ({ pmd: p }, { pte }) => {
  const leaf = p.pmdMkhuge(pte);
  return claims([
    'no area has another way: the same as mkwrite',
    p.pmdMkwriteNovma(leaf) === p.pmdMkwrite(leaf),
  ]);
};

const keepsDirty: ValueLaw = ({ pmd: p }, { pte }) => {
  const leaf = p.pmdMkhuge(pte);
  return claims(['dirty is kept', p.pmdDirty(p.pmdWrprotect(leaf)) === p.pmdDirty(leaf)]);
};

const readOnly: ValueLaw = ({ pmd: p }, { pte }) =>
  claims(['stores are forbidden', !p.pmdWrite(p.pmdMkuffdWp(p.pmdMkhuge(pte)))]);

export const PMD_MAKE_ROWS: readonly ContractRow[] = [
  row('pmdMkwrite', 'allows stores', sets, ['pmdWrite', true]),
  row('pmdMkwriteNovma', ORDINARY, sets, ['pmdWrite', true], undefined, likeMkwrite),
  row('pmdWrprotect', FORBIDS, sets, ['pmdWrite', false], undefined, keepsDirty),
  row('pmdMkdirty', 'records a store', sets, ['pmdDirty', true]),
  row('pmdMkclean', 'forgets stores', sets, ['pmdDirty', false]),
  row('pmdMkyoung', 'records an access', sets, ['pmdYoung', true]),
  row('pmdMkold', 'forgets accesses', sets, ['pmdYoung', false]),
  row('pmdMkspecial', NO_PAGE, marks, ['pmdSpecial', true], ['hugePfnmap']),
  row('pmdMkdevmap', DEVICE, marks, ['pmdDevmap', true], ['devmap']),
  row('pmdMksoftDirty', 'sets the tracking bit', marks, ['pmdSoftDirty', true], ['softDirty']),
  row('pmdClearSoftDirty', 'clears the tracking bit', marks, ['pmdSoftDirty', false], ['softDirty']),
  row('pmdMkuffdWp', UFFD_WP, marks, ['pmdUffdWp', true], ['uffdWp'], readOnly),
  row('pmdClearUffdWp', 'removes that mark', marks, ['pmdUffdWp', false], ['uffdWp']),
];
