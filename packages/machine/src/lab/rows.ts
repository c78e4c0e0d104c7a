/** The rows of the contract about operations in memory. */
import type { ContractRow } from '@racewalk/core';
import { HUGETLB_OP_ROWS } from './hugetlb-op-rows.js';
import { PMD_OP_ROWS, PUD_OP_ROWS } from './pmd-op-rows.js';

/** Table after table. */
export const MEMORY_CONTRACT: readonly ContractRow[] = Object.freeze([
  ...PMD_OP_ROWS,
  ...PUD_OP_ROWS,
  ...HUGETLB_OP_ROWS,
]);
