export { compoundPages } from './compound.js';

// What has no name of its own here is in the table `m.k` all the same.
import './gup/remote.js';
import './cpu.js';
import './gup/grab.js';
import './gup/gup.js';
import './memory/anon.js';
import './memory/copy.js';
import './context/context.js';
import './mmu_context/tlbflush.js';
import './mmu_context/versions.js';
import './sched/context-switch.js';
import './tlb/switch-mm.js';

export { defineScenario } from './define-scenario.js';
export { inPageCache, pageCache } from './filemap/page-cache.js';
export { FAULT_FLAG_ALLOW_RETRY } from './filemap/page-lock.js';
export {
  folioAddRmap,
  folioMarkDirty,
  folioPutRefs,
  folioRefAdd,
  folioRemoveRmapPte,
  freePage,
  setPageDirty,
} from './folio.js';
export { type Backing, type Folio, type FolioArea, type FolioSpec, FolioTable } from './folio-table.js';
export { FOLL_FORCE, FOLL_GET, FOLL_LONGTERM, FOLL_PIN, FOLL_TOUCH, FOLL_WRITE } from './gup/flags.js';
export { pinned, readsLockless } from './gup/gup-fast.js';
export { type HeldPage, loadHeld, storeHeld } from './gup/held.js';
export { GUP_PIN_COUNTING_BIAS } from './gup/pin.js';
export { hugeZeroPage, spareHugePages } from './huge_memory/anonymous.js';
export { spareTables, upperLevel } from './huge_memory/deposit.js';
export { mkHugePmd } from './huge_memory/fault.js';
export { type TailPage, tailPage } from './huge_memory/split-tail.js';
export { shareCount } from './hugetlb/share.js';
export { vmaIntervalTreeForeach, vmaPages } from './interval_tree/interval-tree.js';
export { KERNEL } from './kernel.js';
export { type Guest, guestLoads, guestOf, zapGuest } from './kvm/guest.js';
export { Kvm } from './kvm/kvm.js';
export { kvmRmaps } from './kvm/rmap.js';
export { linux } from './linux.js';
export {
  __setBit,
  type Bitmap,
  bitIsSet,
  bitmapRecord,
  makeBitmap,
  setBit,
  testAndClearBit,
} from './locks/bitmap.js';
export {
  rawReadSeqcount,
  rawWriteSeqcountBegin,
  rawWriteSeqcountEnd,
  readSeqcountRetry,
} from './locks/seqcount.js';
export { downRead, iMmapLockRead, iMmapUnlockRead, upRead } from './locks/shared-lock.js';
export { perVmaLock } from './locks/vma-lock.js';
export { doMadvise, madviseDontneedSingleVma } from './madvise/dontneed.js';
export { forfeit } from './madvise/free.js';
export { frameBehind, type MappedBlock, mapFolded, pagesIn } from './mapped-block.js';
export { flushCacheRange, updateMmuCache } from './memory/cache.js';
export type { Copied } from './memory/copy-nonpresent.js';
export type { CopyProgress } from './memory/copy-present.js';
export { type ExclusiveFault, restoredPte, takeBack } from './memory/device-exclusive.js';
export { doUserAddrFault } from './memory/fault.js';
export { folioPteBatch, pteBatchClearIgnored, pteBatchHint } from './memory/pte-batch.js';
export { followRss, mmCounter } from './memory/rss.js';
export { hasPages, notUsed, sparePages } from './memory/spare-pages.js';
export { swappedFault } from './memory/swap.js';
export { type FoundFault, VM_FAULT_SIGSEGV, type VmFault } from './memory/vm-fault.js';
export { ANON_EXCLUSIVE } from './memory/wp.js';
export { type ZapProgress, zapPteRange } from './memory/zap.js';
export { ZAP_FLAG_DROP_MARKER, type ZapDetails } from './memory/zap-details.js';
export { zapPageRangeSingle } from './memory/zap-page-range.js';
export { changeProtNuma } from './mempolicy/prot-numa.js';
export { decTlbFlushPending, incTlbFlushPending, mmTlbFlushNested } from './mm.js';
export type { LinuxMm } from './mm-struct.js';
export { followMms } from './mmu_context/follow.js';
export {
  type CpuTlbState,
  contextOf,
  type FollowSpec,
  type LinuxSpaces,
  type MmContext,
  type StartsSpec,
  thisCpu,
} from './mmu_context/words.js';
export type { GatheredPages, MmuGather } from './mmu_gather/mmu-gather.js';
export { freePteRange } from './mmu_gather/tables.js';
export { type ChangeProt, changeProtection, doMprotectPkey } from './mprotect/mprotect.js';
export type { MoveRange } from './mremap/move-ptes.js';
export { moveLockedBatched } from './mremap/move-ptes-batched.js';
export { own } from './observers/own.js';
export { FolioFlag, PageFlag } from './page-flags.js';
export { startWriteout } from './page-writeback/writeback.js';
export { returns } from './patches.js';
export type { MappedPte } from './pgtable-generic/pte-offset-map.js';
export {
  clearPageAnonExclusive,
  folioAddNewAnonRmap,
  folioTryDupAnonRmapPtes,
  pageAnonExclusive,
  pagesFrom,
  setPageAnonExclusive,
} from './rmap/anon.js';
export { type AnonVma, type AnonVmaSpec, type AnonVmas, followAnonVmas } from './rmap/anon-vma-state.js';
export { exclusivePte, type MakeExclusiveArgs, type Place, type PlacesOf } from './rmap/device-exclusive.js';
export { expectNotMapped } from './rmap/folio-counts.js';
export { intervalTree } from './rmap/i-mmap.js';
export {
  defineFolioVmaWalk,
  definePageVmaWalk,
  type PageVmaMappedWalk,
  PVMW_SYNC,
} from './rmap/pvmw.js';
export { type RmapWalkControl, vmaAddress } from './rmap/rmap-walk.js';
export { type TlbflushUnmapBatch, tlbUbc } from './rmap/tlbflush-unmap-batch.js';
export {
  TTU_BATCH_FLUSH,
  TTU_IGNORE_MLOCK,
  TTU_RMAP_LOCKED,
  TTU_SYNC,
} from './rmap/ttu-flags.js';
export { initWork, type WorkStruct } from './sched/workqueue.js';
export { anonymousStore } from './start/start-ops.js';
export { type StartState, startState } from './start/start-state.js';
export { followSlot } from './swapfile/swap-map.js';
export { deviceExclusiveEntry } from './swapops.js';
export type { FlushTlbInfo } from './tlb/flush.js';
export type { NewAsid } from './tlb/switch-mm.js';
export { followIndex, type PteOfVma } from './userfaultfd/move-pages.js';
export { addTo } from './words.js';
