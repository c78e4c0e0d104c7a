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

/** The three rows of a mark: sets it, tells whether it is there, clears it. */
const markRows = (
  names: Parameters<typeof mark>,
  says: string,
  needs?: ContractRow['needs'],
  whether = 'whether it does',
): readonly ContractRow[] => {
  const [, set, test, clear] = names;
  const law = mark(...names);
  return [row(set, says, law, needs), row(test, whether, law, needs), row(clear, 'no longer', law, needs)];
};

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
  row('swpEntryToPte', 'a swap entry as a non-present entry', roundTrip),
  row('pteToSwpEntry', 'which slot a non-present entry names', roundTrip),
  row('swpEntryToPmd', 'the same one level up', pmdRoundTrip, ['thpMigration']),
  row('pmdToSwpEntry', 'which slot a non-present entry one level up names', pmdRoundTrip, ['thpMigration']),
  row('isSwapPte', 'neither empty nor present', ({ swap: s }, { pte, swp }) =>
    claims(
      ['a swap entry is', s.isSwapPte(s.swpEntryToPte(swp))],
      ['a present entry is not', !s.isSwapPte(pte)],
      ['an empty one is not', !s.isSwapPte(PTE_ZERO)],
    ),
  ),
  ...markRows(
    ['pte', 'pteSwpMkexclusive', 'pteSwpExclusive', 'pteSwpClearExclusive'],
    'the page belonged to one process',
    undefined,
    'whether it did',
  ),
  ...markRows(
    ['pte', 'pteSwpMksoftDirty', 'pteSwpSoftDirty', 'pteSwpClearSoftDirty'],
    'carries the tracking bit through swap',
    ['softDirty'],
  ),
  ...markRows(
    ['pte', 'pteSwpMkuffdWp', 'pteSwpUffdWp', 'pteSwpClearUffdWp'],
    'carries the userfaultfd mark through swap',
    ['uffdWp'],
  ),
  ...markRows(
    ['pmd', 'pmdSwpMksoftDirty', 'pmdSwpSoftDirty', 'pmdSwpClearSoftDirty'],
    'carries the tracking bit while a huge page moves',
    ['softDirty', 'thpMigration'],
  ),
  ...markRows(
    ['pmd', 'pmdSwpMkuffdWp', 'pmdSwpUffdWp', 'pmdSwpClearUffdWp'],
    'carries the userfaultfd mark while a huge page moves',
    ['uffdWp', 'thpMigration'],
  ),
  row('makePteMarker', 'a marker: says something about an empty slot', marker),
  row('isPteMarker', 'whether it is one', marker),
];
