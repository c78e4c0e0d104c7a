export { reclaimClaims } from './claims.js';

import type { Scenario } from '@racewalk/machine';
import { batchCount } from './races/batch-count.js';
import { batchVsMprotect } from './races/batch-vs-mprotect.js';
import { batchVsMunmap } from './races/batch-vs-munmap.js';
import { batchVsSwapin } from './races/batch-vs-swapin.js';
import { batchVsWriteback } from './races/batch-vs-writeback.js';
import { batchedIo } from './races/batched-io.js';
import { lazyfreeRedirtied } from './races/lazyfree-redirtied.js';
import { lazyfreeVsPin } from './races/lazyfree-vs-pin.js';
import { madviseFreeVsWriter } from './races/madvise-free.js';
import { migrateBatch } from './races/migrate-batch.js';
import { protnonePending } from './races/protnone-pending.js';
import { swapVsPin } from './races/swap-vs-pin.js';
import { unmapOne } from './races/unmap-one.js';
import { unmapSync } from './races/unmap-sync.js';

/** The races of this family, for the suite. */
export const reclaimRaces: readonly Scenario[] = Object.freeze([
  unmapOne,
  unmapSync,
  batchedIo,
  batchVsMprotect,
  batchVsMunmap,
  batchCount,
  batchVsWriteback,
  batchVsSwapin,
  migrateBatch,
  protnonePending,
  lazyfreeRedirtied,
  madviseFreeVsWriter,
  lazyfreeVsPin,
  swapVsPin,
]);
