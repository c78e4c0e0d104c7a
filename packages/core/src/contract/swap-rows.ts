/** The swap table: entries that map nothing (Documentation/mm/arch_pgtable_helpers.rst, Linux 6.12). */
import type { SwapValues } from '../pte/swap.js';
import { PTE_ZERO, type PteWord } from '../pte/word.js';
import { type ContractRow, claims, type Helpers, type ValueLaw, valueRows } from './row.js';

const row = valueRows('swap', 'pure; a non-present value');

type Make = Helpers<SwapValues, PteWord>;
type Test = Helpers<SwapValues, boolean>;

/** A mark on a swap entry: visible, removable, and not part of what the entry says. */
const mark =
  (level: 'pte' | 'pmd', set: Make, test: Test, clear: Make): ValueLaw =>
  ({ swap: s, values: v, pmd: p }, { swp }) => {
    const plain = level === 'pte' ? s.swpEntryToPte(swp) : s.swpEntryToPmd(swp);
    const marked = s[set](plain);
    const entry = level === 'pte' ? s.pteToSwpEntry(marked) : s.pmdToSwpEntry(marked);
    return claims(
      ['a fresh swap entry has no mark', !s[test](plain)],
      ['the mark is seen', s[test](marked)],
      ['clearing gives back the plain entry', s[clear](marked) === plain],
      ['type and offset are kept', entry.type === swp.type && entry.offset === swp.offset],
      ['it is still not present', level === 'pte' ? !v.ptePresent(marked) : !p.pmdPresent(marked)],
    );
  };

const exclusive = mark('pte', 'pteSwpMkexclusive', 'pteSwpExclusive', 'pteSwpClearExclusive');
const softDirty = mark('pte', 'pteSwpMksoftDirty', 'pteSwpSoftDirty', 'pteSwpClearSoftDirty');
const uffdWp = mark('pte', 'pteSwpMkuffdWp', 'pteSwpUffdWp', 'pteSwpClearUffdWp');
const pmdSoftDirty = mark('pmd', 'pmdSwpMksoftDirty', 'pmdSwpSoftDirty', 'pmdSwpClearSoftDirty');
const pmdUffdWp = mark('pmd', 'pmdSwpMkuffdWp', 'pmdSwpUffdWp', 'pmdSwpClearUffdWp');

const roundTrip: ValueLaw = ({ swap: s }, { swp }) => {
  const entry = s.pteToSwpEntry(s.swpEntryToPte(swp));
  return claims(
    ['type comes back', entry.type === swp.type],
    ['offset comes back', entry.offset === swp.offset],
  );
};

/** Round trip one level up; and it is no leaf there. */
const pmdRoundTrip: ValueLaw = ({ swap: s, pmd: p }, { swp }) => {
  const pmd = s.swpEntryToPmd(swp);
  const entry = s.pmdToSwpEntry(pmd);
  return claims(
    ['type comes back', entry.type === swp.type],
    ['offset comes back', entry.offset === swp.offset],
    ['it is no leaf', !p.pmdLeaf(pmd) && !p.pmdPresent(pmd)],
  );
};

const marker: ValueLaw = ({ swap: s, values: v }, { marker: m, pte }) => {
  const made = s.makePteMarker(m);
  return claims(
    ['a marker is a marker', s.isPteMarker(made)],
    ['a marker is not present', !v.ptePresent(made)],
    ['a present entry is not a marker', !s.isPteMarker(pte)],
    ['the value comes back', s.pteToSwpEntry(made).offset === m],
  );
};

export const SWAP_ROWS: readonly ContractRow[] = [
  row('swpEntryToPte', 'swp_entry_to_pte', 'a swap entry as a non-present entry', roundTrip),
  row('pteToSwpEntry', 'pte_to_swp_entry', 'which slot a non-present entry names', roundTrip),
  row('swpEntryToPmd', 'swp_entry_to_pmd', 'the same one level up', pmdRoundTrip, ['thpMigration']),
  row(
    'pmdToSwpEntry',
    'pmd_to_swp_entry',
    'which slot a non-present entry one level up names',
    pmdRoundTrip,
    ['thpMigration'],
  ),
  row('isSwapPte', 'is_swap_pte', 'neither empty nor present', ({ swap: s }, { pte, swp }) =>
    claims(
      ['a swap entry is', s.isSwapPte(s.swpEntryToPte(swp))],
      ['a present entry is not', !s.isSwapPte(pte)],
      ['an empty one is not', !s.isSwapPte(PTE_ZERO)],
    ),
  ),
  row('pteSwpMkexclusive', 'pte_swp_mkexclusive', 'the page belonged to one process', exclusive),
  row('pteSwpExclusive', 'pte_swp_exclusive', 'whether it did', exclusive),
  row('pteSwpClearExclusive', 'pte_swp_clear_exclusive', 'no longer', exclusive),
  row('pteSwpMksoftDirty', 'pte_swp_mksoft_dirty', 'carries the tracking bit through swap', softDirty, [
    'softDirty',
  ]),
  row('pteSwpSoftDirty', 'pte_swp_soft_dirty', 'whether it does', softDirty, ['softDirty']),
  row('pteSwpClearSoftDirty', 'pte_swp_clear_soft_dirty', 'no longer', softDirty, ['softDirty']),
  row('pteSwpMkuffdWp', 'pte_swp_mkuffd_wp', 'carries the userfaultfd mark through swap', uffdWp, ['uffdWp']),
  row('pteSwpUffdWp', 'pte_swp_uffd_wp', 'whether it does', uffdWp, ['uffdWp']),
  row('pteSwpClearUffdWp', 'pte_swp_clear_uffd_wp', 'no longer', uffdWp, ['uffdWp']),
  row(
    'pmdSwpMksoftDirty',
    'pmd_swp_mksoft_dirty',
    'carries the tracking bit while a huge page moves',
    pmdSoftDirty,
    ['softDirty', 'thpMigration'],
  ),
  row('pmdSwpSoftDirty', 'pmd_swp_soft_dirty', 'whether it does', pmdSoftDirty, [
    'softDirty',
    'thpMigration',
  ]),
  row('pmdSwpClearSoftDirty', 'pmd_swp_clear_soft_dirty', 'no longer', pmdSoftDirty, [
    'softDirty',
    'thpMigration',
  ]),
  row(
    'pmdSwpMkuffdWp',
    'pmd_swp_mkuffd_wp',
    'carries the userfaultfd mark while a huge page moves',
    pmdUffdWp,
    ['uffdWp', 'thpMigration'],
  ),
  row('pmdSwpUffdWp', 'pmd_swp_uffd_wp', 'whether it does', pmdUffdWp, ['uffdWp', 'thpMigration']),
  row('pmdSwpClearUffdWp', 'pmd_swp_clear_uffd_wp', 'no longer', pmdUffdWp, ['uffdWp', 'thpMigration']),
  row('makePteMarker', 'make_pte_marker', 'a marker: says something about an empty slot', marker),
  row('isPteMarker', 'is_pte_marker', 'whether it is one', marker),
];
