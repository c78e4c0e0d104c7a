import type { Scenario } from '@racewalk/core';

/** The races of this family, for the suite. */
export const forkBatchRaces: readonly Scenario[] = Object.freeze([]);
