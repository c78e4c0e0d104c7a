export { contpteTeardownClaims } from './claims.js';

import type { Scenario } from '@racewalk/machine';
import { exitWithoutFlush } from './races/exit-without-flush.js';
import { getVsHalfCleared } from './races/get-vs-half-cleared.js';
import { halfClearedOtherApi } from './races/half-cleared-other-api.js';
import { locklessVsHalfCleared } from './races/lockless-vs-half-cleared.js';
import { locklessVsRefill } from './races/lockless-vs-refill.js';
import { teardownAnyOrder } from './races/teardown-any-order.js';
import { teardownBarrier } from './races/teardown-barrier.js';
import { teardownBatched } from './races/teardown-batched.js';
import { teardownKeepsYoung } from './races/teardown-keeps-young.js';
import { teardownMarkers } from './races/teardown-markers.js';
import { teardownStaleSibling } from './races/teardown-stale-sibling.js';
import { teardownStashNext } from './races/teardown-stash-next.js';
import { teardownUnfold } from './races/teardown-unfold.js';
import { teardownVsTwoWalkers } from './races/teardown-vs-two-walkers.js';
import { teardownVsWalker } from './races/teardown-vs-walker.js';

/** The races of clearing a block that is not unfolded first, for the suite. */
export const contpteTeardownRaces: readonly Scenario[] = Object.freeze([
  teardownVsWalker,
  teardownVsTwoWalkers,
  teardownStashNext,
  teardownUnfold,
  teardownBatched,
  teardownStaleSibling,
  teardownAnyOrder,
  teardownMarkers,
  teardownKeepsYoung,
  teardownBarrier,
  exitWithoutFlush,
  getVsHalfCleared,
  halfClearedOtherApi,
  locklessVsHalfCleared,
  locklessVsRefill,
]);

export { costTable, formatCostTable } from './cost/table.js';
export { halfClearedTable } from './half/table.js';
