import type { OverrideMutant } from '@racewalk/core';
import { noBreak, noFlushBetween } from './convert.js';
import {
  accessFlagsNoOpGathered,
  accessFlagsPlainStore,
  accessFlagsTakesRdonly,
  hugetlbFlagsGathered,
  wrprotectDropsHwDirty,
} from './flags.js';
import { locklessNoRecheck, noSkipCleared } from './gather.js';
import { gatherThenClear, noStash, stashPlainStore } from './teardown.js';

/** Bugs that show on any CPU with a contiguous bit. */
export const CONTPTE_MUTANTS: readonly OverrideMutant[] = Object.freeze([
  noSkipCleared,
  noBreak,
  noFlushBetween,
  locklessNoRecheck,
]);

/** Bugs that need hardware which changes entries. */
export const HARDWARE_MUTANTS: readonly OverrideMutant[] = Object.freeze([
  gatherThenClear,
  stashPlainStore,
  noStash,
  hugetlbFlagsGathered,
  accessFlagsNoOpGathered,
  accessFlagsPlainStore,
  accessFlagsTakesRdonly,
  wrprotectDropsHwDirty,
]);
