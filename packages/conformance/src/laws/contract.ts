/** The whole contract: what every operation promises, about values and in memory. */
import { CONTRACT as ABOUT_VALUES, type ContractRow } from '@racewalk/core';
import { MEMORY_CONTRACT } from '@racewalk/machine';

/** All rows, table after table. */
export const CONTRACT: readonly ContractRow[] = Object.freeze([...ABOUT_VALUES, ...MEMORY_CONTRACT]);
