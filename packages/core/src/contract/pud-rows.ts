/** The PUD table: the laws of the PMD table, one level up (Documentation/mm/arch_pgtable_helpers.rst, Linux 6.12). */
import { pudAsPmd, pudName } from '../pte/pud.js';
import { PMD_ROWS } from './pmd-rows.js';
import type { ContractRow } from './row.js';

export const PUD_ROWS: readonly ContractRow[] = PMD_ROWS.map((row) => {
  const { law } = row;
  return {
    ...row,
    op: pudName(row.op),
    kernel: row.kernel.replace(/^pmd_/, 'pud_').replace(/_pmd$/, '_pud'),
    level: 'PUD',
    needs: [...(row.needs ?? []), 'pudLeaf'],
    law:
      law === 'generic' ? law : (arch, sample) => law({ ...arch, pmd: pudAsPmd(arch.pud, arch.pmd) }, sample),
  };
});
