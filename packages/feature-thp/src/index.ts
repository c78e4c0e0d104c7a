import type { Scenario } from '@racewalk/machine';
import { collapseVsGupFast } from './races/collapse-vs-gup-fast.js';
import { collapseVsStore } from './races/collapse-vs-store.js';
import { thpFlushForms } from './races/flush-forms.js';
import { kvmFaultVsUnmap } from './races/kvm-fault-vs-unmap.js';
import { moveVsRetract } from './races/move-vs-retract.js';
import { reclaimTableVsFault } from './races/reclaim-table-vs-fault.js';
import { splitVsStore } from './races/split-vs-store.js';
import { strayUpdate } from './races/stray-update.js';
import { transientNone } from './races/transient-none.js';
import { unshareVsLoad } from './races/unshare-vs-load.js';
import { thpUpgrade } from './races/upgrade.js';

/** The races of this family, for the suite. */
export const thpRaces: readonly Scenario[] = Object.freeze([
  splitVsStore,
  transientNone,
  collapseVsStore,
  collapseVsGupFast,
  reclaimTableVsFault,
  moveVsRetract,
  kvmFaultVsUnmap,
  unshareVsLoad,
  strayUpdate,
  thpFlushForms,
  thpUpgrade,
]);
