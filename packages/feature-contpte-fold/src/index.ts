export { contpteFoldClaims } from './claims.js';

import type { Scenario } from '@racewalk/machine';
import { clearOne } from './races/clear-one.js';
import { foldVsLockless } from './races/fold-vs-lockless.js';
import { foldVsWalker } from './races/fold-vs-walker.js';
import { mixedBlock } from './races/mixed-block.js';
import { moveAligned } from './races/move-aligned.js';
import { moveBatched, moveBatchedUnaligned } from './races/move-batched.js';
import { moveUnaligned } from './races/move-unaligned.js';
import { partialDontneed } from './races/partial-dontneed.js';
import { reclaimOne } from './races/reclaim-one.js';
import { twoFolios } from './races/two-folios.js';
import { unfoldVsLockless } from './races/unfold-vs-lockless.js';
import { unfoldVsWalker } from './races/unfold-vs-walker.js';
import { userMappingsOnly } from './races/user-mappings-only.js';
import { vmaSplit } from './races/vma-split.js';
import { wrprotectBatch } from './races/wrprotect-batch.js';

/** The races of folding, unfolding and partial operations, for the suite. */
export const contpteFoldRaces: readonly Scenario[] = Object.freeze([
  foldVsWalker,
  unfoldVsWalker,
  foldVsLockless,
  unfoldVsLockless,
  partialDontneed,
  vmaSplit,
  reclaimOne,
  moveAligned,
  moveUnaligned,
  moveBatched,
  moveBatchedUnaligned,
  userMappingsOnly,
  mixedBlock,
  wrprotectBatch,
  clearOne,
  twoFolios,
]);
