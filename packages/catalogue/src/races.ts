/** The races that live here: historical ones, and those of reports, that no feature has a place for. */
import type { Scenario } from '@racewalk/machine';
import { contigTeardown } from './races/hugetlb/contig-teardown.js';
import { contigWrprotect } from './races/hugetlb/contig-wrprotect.js';
import { moveMigration } from './races/hugetlb/move-migration.js';
import { protectThenStore } from './races/hugetlb/protect-then-store.js';
import { dirtyReadonly } from './races/ksm/dirty-readonly.js';
import { mergeVsWriter } from './races/ksm/merge-vs-writer.js';
import { mkcleanLazyfree } from './races/mkclean-lazyfree.js';
import { mkdirtyFault } from './races/mkdirty-fault.js';
import { cowSkipsUnmap } from './races/reports/cow-skips-unmap.js';
import { demandFault } from './races/reports/demand-fault.js';
import { lazyfreeRestore } from './races/reports/lazyfree-restore.js';
import { recycledSlot } from './races/swap/recycled-slot.js';

/** The races of this package, for the suite. */
export const catalogueRaces: readonly Scenario[] = Object.freeze([
  mkcleanLazyfree,
  mkdirtyFault,
  protectThenStore,
  contigTeardown,
  contigWrprotect,
  moveMigration,
  mergeVsWriter,
  dirtyReadonly,
  recycledSlot,
  demandFault,
  cowSkipsUnmap,
  lazyfreeRestore,
]);
