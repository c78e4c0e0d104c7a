/**
 * The contract of an architecture: what every operation promises. The documentation page, the laws that
 * run under every plug-in, and the kernel-name index are all made from this table.
 */
import { OP_ROWS } from './op-rows.js';
import { PMD_ROWS } from './pmd-rows.js';
import { PTE_ROWS } from './pte-rows.js';
import type { ContractRow } from './row.js';
import { SWAP_ROWS } from './swap-rows.js';

export type { ContractLevel, ContractRow, LawSample, ValueLaw } from './row.js';

/** All rows, table after table. */
export const CONTRACT: readonly ContractRow[] = Object.freeze([
  ...PTE_ROWS,
  ...PMD_ROWS,
  ...SWAP_ROWS,
  ...OP_ROWS,
]);
