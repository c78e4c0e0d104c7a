import type { Scenario } from '@racewalk/machine';
import { aba } from './races/aba.js';
import { abaGracePeriod } from './races/aba-grace-period.js';
import { abaVsPageout, abaVsReclaim } from './races/aba-vs-reclaim.js';
import { abaWideLoad } from './races/aba-wide-load.js';
import { batchedUnmap, batchedUnmapTwoTables } from './races/batched-unmap.js';
import { collapseRace } from './races/collapse.js';
import { flushForms } from './races/flush-forms.js';
import { pendingCount } from './races/pending-count.js';
import { pmdHalf } from './races/pmd-half.js';
import { pmdZap } from './races/pmd-zap.js';
import { secondDontneed } from './races/second-dontneed.js';
import { storeOrder } from './races/store-order.js';
import { tableFreeByFlush, tableFreeByRcu, tableFreeBySync } from './races/table-free.js';
import { unlockedPeek } from './races/unlocked-peek.js';
import { vsFault } from './races/vs-fault.js';
import { vsMprotect, vsMprotectGather } from './races/vs-mprotect.js';
import { vsWriteback } from './races/vs-writeback.js';
import { walkCache } from './races/walk-cache.js';
import { zapAndFree } from './races/zap-and-free.js';

/** The races of this family, for the suite: three kinds of verdict are kept apart, torn value, freed page and freed table. */
export const zapRaces: readonly Scenario[] = Object.freeze([
  aba,
  abaGracePeriod,
  abaWideLoad,
  abaVsPageout,
  abaVsReclaim,
  storeOrder,
  pmdHalf,
  pmdZap,
  unlockedPeek,
  zapAndFree,
  collapseRace,
  tableFreeByFlush,
  tableFreeBySync,
  tableFreeByRcu,
  walkCache,
  flushForms,
  vsFault,
  secondDontneed,
  pendingCount,
  vsMprotect,
  vsMprotectGather,
  vsWriteback,
  batchedUnmap,
  batchedUnmapTwoTables,
]);

export { zapClaims } from './claims.js';
export { FORCE_FLUSH } from './ops/proposal.js';
