import type { Scenario } from '@racewalk/core';

/** The races of this family, for the suite. */
export const deviceExclusiveRaces: readonly Scenario[] = Object.freeze([]);
