import type { Scenario } from '@racewalk/machine';
import { advisoryFlags } from './races/advisory-flags.js';
import { cleanFlushUnderPtl } from './races/clean-flush-under-ptl.js';
import { cleanFolded } from './races/clean-folded.js';
import { cleanVsWrite } from './races/clean-vs-write.js';
import { fourWrites } from './races/four-writes.js';
import { missingTable } from './races/missing-table.js';
import { mkwriteLock } from './races/mkwrite-lock.js';
import { nonpresentEntries } from './races/nonpresent-entries.js';
import { notifierBracket } from './races/notifier-bracket.js';
import { oneFlushForBoth } from './races/one-flush-for-both.js';
import { softDirtyClearRefs } from './races/soft-dirty-clear-refs.js';
import { softDirtyReadThenClear } from './races/soft-dirty-read-then-clear.js';
import { touchedRange } from './races/touched-range.js';
import { twoAreas } from './races/two-areas.js';
import { twoCallers } from './races/two-callers.js';
import { twoCallersWithoutLock } from './races/two-callers-without-lock.js';
import { twoRangesOneBitmap } from './races/two-ranges-one-bitmap.js';
import { wrprotectFlushUnderPtl } from './races/wrprotect-flush-under-ptl.js';
import { wrprotectThenClean } from './races/wrprotect-then-clean.js';
import { wrprotectWrites } from './races/wrprotect-writes.js';

/** The races of write-protecting and cleaning a range of an address_space, for the suite. */
export const asDirtyRaces: readonly Scenario[] = Object.freeze([
  cleanVsWrite,
  fourWrites,
  cleanFlushUnderPtl,
  wrprotectWrites,
  wrprotectFlushUnderPtl,
  mkwriteLock,
  wrprotectThenClean,
  oneFlushForBoth,
  touchedRange,
  twoAreas,
  cleanFolded,
  twoCallers,
  twoCallersWithoutLock,
  twoRangesOneBitmap,
  nonpresentEntries,
  missingTable,
  notifierBracket,
  advisoryFlags,
  softDirtyClearRefs,
  softDirtyReadThenClear,
]);

export { asDirtyClaims } from './claims.js';
