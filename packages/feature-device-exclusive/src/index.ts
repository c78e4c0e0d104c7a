export { deviceExclusiveClaims } from './claims.js';

import type { Scenario } from '@racewalk/machine';
import { checkedBySequence } from './races/checked-by-sequence.js';
import { faultVsAtomics } from './races/fault-vs-atomics.js';
import { forkLockedPage } from './races/fork-locked-page.js';
import { forkVsAtomics } from './races/fork-vs-atomics.js';
import { forkFails, forkVsGrant } from './races/fork-vs-grant.js';
import { grantVsFault } from './races/grant-vs-fault.js';
import { gupFastVsAtomics } from './races/gup-fast.js';
import { markerDecoded } from './races/marker-decoded.js';
import { mprotectKeepsDirty, mprotectVsAtomics } from './races/mprotect.js';
import { reclaimGivesUp } from './races/reclaim-gives-up.js';
import { replacedBeforeWalk } from './races/replaced-before-walk.js';
import { pageKeepsDirty, restoreKeepsDirty } from './races/restore-keeps-dirty.js';
import { restoreLocked } from './races/restore-locked.js';
import { retryForEver } from './races/retry-for-ever.js';
import { sealedVsFault } from './races/sealed-vs-fault.js';
import { sealedVsMove } from './races/sealed-vs-move.js';
import { secondDevice } from './races/second-device.js';
import { secondDriver } from './races/second-driver.js';
import { secondRestore } from './races/second-restore.js';
import { stopAndWait } from './races/stop-and-wait.js';
import { svaRewalk, svaUpgrade } from './races/sva-upgrade.js';
import { waitForPage } from './races/wait-for-page.js';
import { walkerMistakesEntry } from './races/walker-mistakes-entry.js';
import { writeCheck } from './races/write-check.js';
import { zapVsAtomics } from './races/zap-vs-atomics.js';
import { zapVsGrant } from './races/zap-vs-grant.js';

/** The races of device-exclusive memory access, for the suite. */
export const deviceExclusiveRaces: readonly Scenario[] = Object.freeze([
  faultVsAtomics,
  stopAndWait,
  grantVsFault,
  restoreKeepsDirty,
  pageKeepsDirty,
  restoreLocked,
  secondRestore,
  waitForPage,
  replacedBeforeWalk,
  checkedBySequence,
  writeCheck,
  sealedVsMove,
  sealedVsFault,
  zapVsAtomics,
  zapVsGrant,
  retryForEver,
  mprotectVsAtomics,
  mprotectKeepsDirty,
  walkerMistakesEntry,
  markerDecoded,
  reclaimGivesUp,
  gupFastVsAtomics,
  secondDevice,
  secondDriver,
  forkVsAtomics,
  forkVsGrant,
  forkFails,
  forkLockedPage,
  svaUpgrade,
  svaRewalk,
]);
