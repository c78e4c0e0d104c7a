/** The PUD table: the laws of the PMD table, one level up (Documentation/mm/arch_pgtable_helpers.rst, Linux 6.12). */
import { PMD_ONLY, pudAsPmd, pudName } from '../pte/pud.js';
import { leafIsBad, tableIsNotBad } from './pmd-laws.js';
import { PMD_ROWS } from './pmd-rows.js';
import type { ContractRow, ValueLaw } from './row.js';

/** What only transparent huge pages need: without them Linux defines no such helper. */
const THP: readonly string[] = [
  'pmdTransHuge',
  'pmdSpecial',
  'pmdMkspecial',
  'pmdDevmap',
  'pmdMkdevmap',
  'pmdSoftDirty',
  'pmdMksoftDirty',
  'pmdClearSoftDirty',
  'pmdMkinvalid',
  'pmdModify',
];

/** RISC-V only checks that a PUD is present; it has no transparent huge pages at that level. */
const pudBad: ValueLaw = (arch, ...rest) =>
  tableIsNotBad(arch, ...rest) ?? (arch.has('pudThp') ? leafIsBad(arch, ...rest) : null);

function pudRow(row: ContractRow): ContractRow {
  const law = row.op === 'pmdBad' ? pudBad : row.law;
  return {
    ...row,
    op: pudName(row.op),
    kernel: row.kernel.replace(/^pmd_/, 'pud_').replace(/_pmd$/, '_pud'),
    level: 'PUD',
    needs: [...(row.needs ?? []), 'pudLeaf', ...(THP.includes(row.op) ? (['pudThp'] as const) : [])],
    law:
      law === 'generic'
        ? law
        : (arch, ...rest) => law({ ...arch, pmd: pudAsPmd(arch.pud, arch.pmd) }, ...rest),
  };
}

export const PUD_ROWS: readonly ContractRow[] = PMD_ROWS.filter(
  ({ op }) => !(PMD_ONLY as readonly string[]).includes(op),
).map(pudRow);
