// What has no name of its own here is in the table `m.k` all the same.
import './cpu.js';
import './gup/grab.js';
import './gup/gup.js';
import './memory/anon.js';
import './memory/copy.js';

export { defineScenario } from './define-scenario.js';
export {
  addTo,
  folioAddRmap,
  folioMarkDirty,
  folioPutRefs,
  folioRefAdd,
  folioRemoveRmap,
  folioRemoveRmapPte,
  freePage,
  setPageDirty,
} from './folio.js';
export { FOLL_GET, FOLL_PIN, FOLL_WRITE } from './gup/flags.js';
export { pinned, readsLockless } from './gup/gup-fast.js';
export { type HeldPage, loadHeld, storeHeld } from './gup/held.js';
export { GUP_PIN_COUNTING_BIAS } from './gup/pin.js';
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
export { flushCacheRange } from './memory/cache.js';
export type { CopyProgress } from './memory/copy-present.js';
export { doUserAddrFault, type FoundFault, type VmFault } from './memory/fault.js';
export { folioPteBatch, pteBatchClearIgnored, pteBatchHint } from './memory/pte-batch.js';
export { followRss, mmCounter } from './memory/rss.js';
export { hasPages, sparePages } from './memory/spare-pages.js';
export { ANON_EXCLUSIVE } from './memory/wp.js';
export { decTlbFlushPending, incTlbFlushPending, mmTlbFlushNested } from './mm.js';
export { MmuGather } from './mmu_gather/gather.js';
export { own } from './observers/own.js';
export {
  folioClearDirtyForIo,
  folioMkclean,
  startWriteout,
  underIMmapLock,
} from './page-writeback/writeback.js';
export { nothing, returns } from './patches.js';
export {
  clearPageAnonExclusive,
  folioAddNewAnonRmap,
  folioTryDupAnonRmapPtes,
  pageAnonExclusive,
  pagesFrom,
  setPageAnonExclusive,
} from './rmap/anon.js';
export { flushTlbBatchedPending, setTlbUbcFlushPending } from './rmap/flush-batched.js';
export { TlbUbc } from './rmap/tlb-ubc.js';
export {
  clearForUnmap,
  expectNotMapped,
  folioMapcount,
  folioRefCount,
  folioRefFreeze,
  folioTestDirty,
  LINUX_UNMAP,
  type MappedEntry,
  pageVmaMappedWalk,
  type TtuFlags,
  tryToUnmap,
  tryToUnmapOne,
  type UnmapOps,
  unusedAndClean,
} from './rmap/unmap.js';
