export { mremapClaims } from './claims.js';

import type { Scenario } from '@racewalk/machine';
import { lazyMmu } from './races/lazy-mmu.js';
import { moveVsBatchedUnmap } from './races/move-vs-batched-unmap.js';
import { moveVsMkclean } from './races/move-vs-mkclean.js';
import { moveVsReclaim } from './races/move-vs-reclaim.js';
import { moveVsWriter } from './races/move-vs-writer.js';
import { rmapLocks } from './races/rmap-locks.js';
import { rmapOrder } from './races/rmap-order.js';
import { tableGone } from './races/table-gone.js';
import { twoMoves } from './races/two-moves.js';

/** The races of this family, for the suite. */
export const mremapRaces: readonly Scenario[] = Object.freeze([
  moveVsWriter,
  moveVsMkclean,
  moveVsReclaim,
  moveVsBatchedUnmap,
  rmapLocks,
  rmapOrder,
  twoMoves,
  lazyMmu,
  tableGone,
]);
