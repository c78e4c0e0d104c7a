/** The races that live here: historical ones, and those of reports, that no feature has a place for. */
import type { Scenario } from '@racewalk/machine';
import { detachedVsFault } from './races/areas/detached-vs-fault.js';
import { unlinkVsRevoke } from './races/areas/unlink-vs-revoke.js';
import { cleanTwoSizes } from './races/dax/clean-two-sizes.js';
import { forcedWrite } from './races/gup/forced-write.js';
import { forcedWriteHuge } from './races/gup/forced-write-huge.js';
import { nmiWalk } from './races/gup/nmi-walk.js';
import { pinFastVsWriteback, pinVsWriteback } from './races/gup/pin-vs-writeback.js';
import { splitVsGup } from './races/gup/split-vs-gup.js';
import { hugetlbClearFlush } from './races/hugetlb/clear-flush.js';
import { contigTeardown } from './races/hugetlb/contig-teardown.js';
import { contigWrprotect } from './races/hugetlb/contig-wrprotect.js';
import { moveMigration } from './races/hugetlb/move-migration.js';
import { protectThenStore } from './races/hugetlb/protect-then-store.js';
import { hugetlbUpgrade } from './races/hugetlb/upgrade.js';
import { hugeOverTable } from './races/kernel/huge-over-table.js';
import { lazyUnmap } from './races/kernel/lazy-unmap.js';
import { mapThenLoad } from './races/kernel/map-then-load.js';
import { ptdump } from './races/kernel/ptdump.js';
import { dirtyReadonly } from './races/ksm/dirty-readonly.js';
import { mergeVsGup } from './races/ksm/merge-vs-gup.js';
import { mergeVsWriter } from './races/ksm/merge-vs-writer.js';
import { attributesVsFault } from './races/kvm/attributes-vs-fault.js';
import { collapseNotifies } from './races/kvm/collapse-notifies.js';
import { combinedStages } from './races/kvm/combined-stages.js';
import { dirtyRing } from './races/kvm/dirty-ring.js';
import { emulatedWalk } from './races/kvm/emulated-walk.js';
import { guestEntryByFrame } from './races/kvm/guest-entry-by-frame.js';
import { guestTablePage } from './races/kvm/guest-table-page.js';
import { mergeToBlock } from './races/kvm/merge-to-block.js';
import { mmioOverPresent } from './races/kvm/mmio-over-present.js';
import { pfnCache } from './races/kvm/pfn-cache.js';
import { vmidGeneration } from './races/kvm/vmid-generation.js';
import { writeProtectVsGuest } from './races/kvm/write-protect-vs-guest.js';
import { zapYields } from './races/kvm/zap-yields.js';
import { doubleLoad } from './races/levels/double-load.js';
import { moveDeviceLeaf } from './races/levels/move-device-leaf.js';
import { noneToHuge } from './races/levels/none-to-huge.js';
import { publishVsLookup, publishVsWalk } from './races/levels/publish.js';
import { unshareVsGup } from './races/levels/unshare-vs-gup.js';
import { mixedWalkers } from './races/mixed-walkers.js';
import { mkcleanLazyfree } from './races/mkclean-lazyfree.js';
import { mkdirtyFault } from './races/mkdirty-fault.js';
import { faultVsTruncate } from './races/pages/fault-vs-truncate.js';
import { hintVsZap } from './races/pages/hint-vs-zap.js';
import { mapCounts } from './races/pages/map-counts.js';
import { migrateHugeVsStore } from './races/pages/migrate-huge-vs-store.js';
import { migrateVsStore } from './races/pages/migrate-vs-store.js';
import { moveHome } from './races/pages/move-home.js';
import { preemptedFlush } from './races/paravirt/preempted-flush.js';
import { cowSkipsUnmap } from './races/reports/cow-skips-unmap.js';
import { demandFault } from './races/reports/demand-fault.js';
import { lazyfreeRestore } from './races/reports/lazyfree-restore.js';
import { softleafRmb } from './races/reports/softleaf-rmb.js';
import { tlbiBarrier } from './races/reports/tlbi-barrier.js';
import { anonVmaReuse } from './races/rmap/anon-vma-reuse.js';
import { retractVsAnon } from './races/rmap/retract-vs-anon.js';
import { atsOrder } from './races/sva/ats-order.js';
import { attach } from './races/sva/attach.js';
import { dirtyTracking } from './races/sva/dirty-tracking.js';
import { flushQueue } from './races/sva/flush-queue.js';
import { deviceWalkCache } from './races/sva/walk-cache.js';
import { recycledSlot } from './races/swap/recycled-slot.js';
import { kernelHalf } from './races/tables/kernel-half.js';
import { kernelUnmap } from './races/tables/kernel-unmap.js';
import { readOnlyAbove } from './races/tables/read-only-above.js';
import { thirdLevel } from './races/tables/third-level.js';
import { globalByAddress } from './races/tags/global-by-address.js';
import { maskCleared } from './races/tags/mask-cleared.js';
import { middleOfSwitch } from './races/tags/middle-of-switch.js';
import { movePresent } from './races/uffd/move-present.js';
import { scanProtect } from './races/uffd/scan-protect.js';
import { unprotectVsCopy } from './races/uffd/unprotect-vs-copy.js';

/** The races of this package, for the suite. */
export const catalogueRaces: readonly Scenario[] = Object.freeze([
  mkcleanLazyfree,
  mkdirtyFault,
  mixedWalkers,
  protectThenStore,
  contigTeardown,
  contigWrprotect,
  hugetlbClearFlush,
  hugetlbUpgrade,
  moveMigration,
  mergeVsWriter,
  dirtyReadonly,
  recycledSlot,
  demandFault,
  cowSkipsUnmap,
  lazyfreeRestore,
  softleafRmb,
  tlbiBarrier,
  forcedWrite,
  forcedWriteHuge,
  pinVsWriteback,
  pinFastVsWriteback,
  unprotectVsCopy,
  doubleLoad,
  noneToHuge,
  moveDeviceLeaf,
  publishVsLookup,
  publishVsWalk,
  unshareVsGup,
  unlinkVsRevoke,
  anonVmaReuse,
  cleanTwoSizes,
  writeProtectVsGuest,
  mmioOverPresent,
  mapThenLoad,
  hugeOverTable,
  readOnlyAbove,
  thirdLevel,
  kernelHalf,
  combinedStages,
  deviceWalkCache,
  atsOrder,
  preemptedFlush,
  guestTablePage,
  vmidGeneration,
  maskCleared,
  attach,
  collapseNotifies,
  zapYields,
  guestEntryByFrame,
  mapCounts,
  flushQueue,
  pfnCache,
  kernelUnmap,
  ptdump,
  retractVsAnon,
  middleOfSwitch,
  lazyUnmap,
  mergeToBlock,
  moveHome,
  dirtyRing,
  globalByAddress,
  movePresent,
  scanProtect,
  faultVsTruncate,
  hintVsZap,
  migrateVsStore,
  detachedVsFault,
  mergeVsGup,
  attributesVsFault,
  dirtyTracking,
  emulatedWalk,
  nmiWalk,
  splitVsGup,
  migrateHugeVsStore,
]);
