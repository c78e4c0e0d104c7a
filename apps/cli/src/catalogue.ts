/**
 * What the command knows: every plug-in and every race test of this repository.
 */
import { catalogueRaces } from '@racewalk/catalogue';
import { accessFlagRaces } from '@racewalk/feature-access-flags';
import { asDirtyRaces } from '@racewalk/feature-as-dirty';
import { contpteFoldRaces } from '@racewalk/feature-contpte-fold';
import { contpteTeardownRaces } from '@racewalk/feature-contpte-teardown';
import { deviceExclusiveRaces } from '@racewalk/feature-device-exclusive';
import { forkBatchRaces } from '@racewalk/feature-fork-batch';
import { mremapRaces } from '@racewalk/feature-mremap';
import { reclaimRaces } from '@racewalk/feature-reclaim';
import { switchMmRaces } from '@racewalk/feature-switch-mm';
import { thpRaces } from '@racewalk/feature-thp';
import { zapRaces } from '@racewalk/feature-zap';
import type { Parts } from '@racewalk/wiring';
import { ARCHS } from './archs.js';
import { withOrder } from './in-order.js';

/** Plug-ins, and scenarios in the order they run. */
export const CATALOGUE: Parts = Object.freeze({
  archs: ARCHS,
  scenarios: [
    ...contpteTeardownRaces,
    ...contpteFoldRaces,
    ...accessFlagRaces,
    ...forkBatchRaces,
    ...asDirtyRaces,
    ...deviceExclusiveRaces,
    ...zapRaces,
    ...mremapRaces,
    ...reclaimRaces,
    ...switchMmRaces,
    ...catalogueRaces,
    ...thpRaces,
  ].map(withOrder),
});
