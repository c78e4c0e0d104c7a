import type { Scenario } from '@racewalk/machine';
import { batchDetection } from './races/batch-detection.js';
import { childSnapshot } from './races/child-snapshot.js';
import { cowAfterFork } from './races/cow-after-fork.js';
import { cowTwoThreads } from './races/cow-two-threads.js';
import { gupForkSeq } from './races/gup-fork-seq.js';
import { lateFlush } from './races/late-flush.js';
import { lazyfreeDirty } from './races/lazyfree-dirty.js';
import { locklessVsWrprotect } from './races/lockless-vs-wrprotect.js';
import { partialEnds } from './races/partial-ends.js';
import { readerReference } from './races/reader-reference.js';
import { reuseExclusive } from './races/reuse-exclusive.js';
import { storesVsCopy } from './races/stores-vs-copy.js';
import { wrprotectEncoding } from './races/wrprotect-encoding.js';

/** The races of this family, for the suite. */
export const forkBatchRaces: readonly Scenario[] = Object.freeze([
  storesVsCopy,
  childSnapshot,
  batchDetection,
  partialEnds,
  wrprotectEncoding,
  lazyfreeDirty,
  lateFlush,
  locklessVsWrprotect,
  gupForkSeq,
  cowAfterFork,
  cowTwoThreads,
  reuseExclusive,
  readerReference,
]);

export { forkBatchClaims } from './claims.js';
export { type ForkCostRow, forkCostTable, formatForkCostTable } from './cost/table.js';
