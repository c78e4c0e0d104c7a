/**
 * The contract of an architecture: what every operation promises. The documentation page, the laws that
 * run under every plug-in, and the kernel-name index are all made from this table.
 */

import { DEVICE_EXCLUSIVE_ROWS, MIGRATION_ROWS } from './frame-entry-rows.js';
import { HUGETLB_ROWS } from './hugetlb-rows.js';
import { OP_ROWS } from './op-rows.js';
import { PMD_ROWS } from './pmd-rows.js';
import { PTE_ROWS } from './pte-rows.js';
import { PUD_ROWS } from './pud-rows.js';
import type { ContractRow } from './row.js';
import { SWAP_ROWS } from './swap-rows.js';

/** The rows about values, and those whose law is the generic body; `@racewalk/machine` has those about memory. */
export const VALUE_CONTRACT: readonly ContractRow[] = Object.freeze([
  ...PTE_ROWS,
  ...PMD_ROWS,
  ...PUD_ROWS,
  ...HUGETLB_ROWS,
  ...SWAP_ROWS,
  ...DEVICE_EXCLUSIVE_ROWS,
  ...MIGRATION_ROWS,
  ...OP_ROWS,
]);
