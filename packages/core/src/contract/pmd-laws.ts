/** What the laws of the PMD table share. */
import type { PmdValues } from '../pte/pmd.js';
import type { PteValues } from '../pte/values.js';
import { PTE_ZERO, type PteWord } from '../pte/word.js';
import { claims, type Helpers, type ValueLaw, valueRows } from './row.js';

/** A row of the PMD table. */
export const pmdRow = valueRows('PMD', 'pure; any leaf value');

/** The sample as an entry the hardware may use: `pmd_mkinvalid` says nothing about others. */
export const valid = (v: PteValues, pte: PteWord): PteWord =>
  v.pteValid(pte) ? pte : v.pteModify(pte, v.mkProt({ read: true, write: false }));

/** Sets or clears one fact of a leaf; it stays a leaf of the same frame. */
export const sets =
  (make: Helpers<PmdValues, PteWord>, test: Helpers<PmdValues, boolean>, expected: boolean): ValueLaw =>
  ({ pmd: p }, { pte }) => {
    const leaf = p.pmdMkhuge(pte);
    const made = p[make](leaf);
    return claims(
      [`the test returns ${expected} afterwards`, p[test](made) === expected],
      ['doing it twice is doing it once', p[make](made) === made],
      ['the frame is kept', p.pmdPfn(made) === p.pmdPfn(leaf)],
      ['it stays a leaf', p.pmdLeaf(made)],
    );
  };

/** The test sees what the other helper made. */
export const afterwards =
  (make: Helpers<PmdValues, PteWord>, test: Helpers<PmdValues, boolean>): ValueLaw =>
  ({ pmd: p }, { pte }) =>
    claims(['the test sees what was made', p[test](p[make](p.pmdMkhuge(pte)))]);

/** Sets or clears a mark of the kernel: the hardware's facts and the permission are not touched. */
export const marks =
  (...what: Parameters<typeof sets>): ValueLaw =>
  (arch, sample) => {
    const { pmd: p } = arch;
    const leaf = p.pmdMkhuge(sample.pte);
    const made = p[what[0]](leaf);
    return (
      sets(...what)(arch, sample) ??
      claims(
        ['dirty is kept', p.pmdDirty(made) === p.pmdDirty(leaf)],
        ['young is kept', p.pmdYoung(made) === p.pmdYoung(leaf)],
      )
    );
  };

/** An entry that points to a table must pass. */
export const tableIsNotBad: ValueLaw = ({ pmd: p }, { pfn }) =>
  claims(['what leads to a table is not bad', !p.pmdBad(p.pmdPopulate(pfn))]);

/** A huge page must not be mistaken for a table. */
export const leafIsBad: ValueLaw = ({ pmd: p }, { pte }) =>
  claims(['a huge page is bad', p.pmdBad(p.pmdMkhuge(pte))]);

/** True of a leaf, also while it is invalid, and of nothing else; `what` is the word for one. */
export const leafOnly =
  (test: Helpers<PmdValues, boolean>, what: string): ValueLaw =>
  ({ pmd: p }, { pte, pfn }) => {
    const leaf = p.pmdMkhuge(pte);
    return claims(
      ['a leaf is one', p[test](leaf)],
      ['also while it is invalid', p[test](p.pmdMkinvalid(leaf))],
      [`an entry that points to a table is not a ${what}`, !p[test](p.pmdPopulate(pfn))],
      [`the zero word is not a ${what}`, !p[test](PTE_ZERO)],
    );
  };
