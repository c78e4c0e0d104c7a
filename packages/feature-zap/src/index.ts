import type { Scenario } from '@racewalk/core';
import { aba } from './races/aba.js';
import { abaGracePeriod } from './races/aba-grace-period.js';
import { abaVsPageout, abaVsReclaim } from './races/aba-vs-reclaim.js';
import { abaWideLoad } from './races/aba-wide-load.js';
import { collapseRace } from './races/collapse.js';
import { tableFreeByFlush, tableFreeByRcu, tableFreeBySync } from './races/table-free.js';
import { walkCache } from './races/walk-cache.js';
import { zapAndFree } from './races/zap-and-free.js';

/** The races of this family, for the suite. */
export const zapRaces: readonly Scenario[] = Object.freeze([
  aba,
  abaGracePeriod,
  abaWideLoad,
  abaVsPageout,
  abaVsReclaim,
  zapAndFree,
  collapseRace,
  tableFreeByFlush,
  tableFreeBySync,
  tableFreeByRcu,
  walkCache,
]);
