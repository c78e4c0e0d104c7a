import type { Scenario } from '@racewalk/machine';
import { clearFlushYoung } from './races/clear-flush-young.js';
import { clearFlushYoungStrict } from './races/clear-flush-young-strict.js';
import { flushOnlyIfChanged } from './races/flush-only-if-changed.js';
import { setVsWalker } from './races/set-vs-walker.js';
import { svaContpte, svaHugetlb } from './races/sva-contpte.js';
import { testAndClearYoung } from './races/test-and-clear-young.js';

/** The races of access and dirty flags, for the suite. */
export const accessFlagRaces: readonly Scenario[] = Object.freeze([
  setVsWalker,
  flushOnlyIfChanged,
  testAndClearYoung,
  clearFlushYoung,
  clearFlushYoungStrict,
  svaContpte,
  svaHugetlb,
]);
