/** The whole contract: what every operation promises, about values and in memory. */
import { type ContractRow, VALUE_CONTRACT } from '@racewalk/core';
import { MEMORY_CONTRACT } from '@racewalk/machine';

/** All rows, table after table. */
export const CONTRACT: readonly ContractRow[] = Object.freeze([...VALUE_CONTRACT, ...MEMORY_CONTRACT]);
