/** The PTE table: helpers that set or clear one fact (Documentation/mm/arch_pgtable_helpers.rst, Linux 6.12). */
import { napotForm } from './napot-laws.js';
import { type Fact, pteRow, sets } from './pte-laws.js';
import { type ContractRow, claims, type ValueLaw } from './row.js';

/** A helper, the test that sees what it did, and what it leaves alone; `more` is what else it promises. */
function row(
  op: Parameters<typeof sets>[0],
  says: string,
  [test, expected]: readonly [Parameters<typeof sets>[1], boolean],
  kept: readonly Fact[],
  needs?: ContractRow['needs'],
  more: ValueLaw = () => null,
): ContractRow {
  const law = sets(op, test, expected, ...kept);
  return pteRow(op, says, (...trial) => law(...trial) ?? more(...trial), needs);
}

const NOT_WRITE = ['dirty', 'young', 'special'] as const;
const NOT_DIRTY = ['write', 'young', 'special'] as const;
const NOT_YOUNG = ['write', 'dirty', 'special'] as const;
/** What a mark of the kernel leaves alone. */
const MARK = ['write', 'dirty', 'young'] as const;

const FORBIDS = 'forbids stores; what was dirty stays dirty';
const FORGETS = 'forgets stores, in every place that records them';
const ORDINARY = 'allows stores in the ordinary way, whatever the area is';
const NO_PAGE = 'marks the frame as one without struct page';
const DEVICE = 'marks the frame as device memory with struct page';

const likeMkwrite: ValueLaw = ({ values: v }, { pte }) =>
  claims(['no area has another way: the same as mkwrite', v.pteMkwriteNovma(pte) === v.pteMkwrite(pte)]);

export const PTE_MAKE_ROWS: readonly ContractRow[] = [
  row('pteMkwrite', 'allows stores', ['pteWrite', true], NOT_WRITE),
  row('pteMkwriteNovma', ORDINARY, ['pteWrite', true], NOT_WRITE, undefined, likeMkwrite),
  row('pteWrprotect', FORBIDS, ['pteWrite', false], NOT_WRITE),
  row('pteMkdirty', 'records a store', ['pteDirty', true], NOT_DIRTY),
  row('pteMkclean', FORGETS, ['pteDirty', false], NOT_DIRTY),
  row('pteMkyoung', 'records an access', ['pteYoung', true], NOT_YOUNG),
  row('pteMkold', 'forgets accesses', ['pteYoung', false], NOT_YOUNG),
  row('pteMkspecial', NO_PAGE, ['pteSpecial', true], MARK),
  row('pteMkdevmap', DEVICE, ['pteDevmap', true], MARK, ['devmap']),
  row('pteMksoftDirty', 'sets the tracking bit', ['pteSoftDirty', true], MARK, ['softDirty']),
  row('pteClearSoftDirty', 'clears the tracking bit', ['pteSoftDirty', false], MARK, ['softDirty']),
  row(
    'pteMkuffdWp',
    'marks as write-protected for userfaultfd',
    ['pteUffdWp', true],
    ['dirty', 'young'],
    ['uffdWp'],
  ),
  row('pteClearUffdWp', 'removes that mark', ['pteUffdWp', false], MARK, ['uffdWp']),
  row('pteMkcont', 'marks as part of a contiguous block', ['pteCont', true], MARK, ['contPte'], napotForm),
  row('pteMknoncont', 'removes that mark', ['pteCont', false], MARK, ['contPte']),
];
