/** Every function of the kernel that this package has, by name: what `m.k` calls, and what a variant may replace. */
import { PAGE_LOCK } from './filemap/page-lock.js';
import { FOLIO } from './folio.js';
import { GUP } from './gup/gup.js';
import { GUP_FAST } from './gup/gup-fast.js';
import { PIN } from './gup/pin.js';
import { PIN_FAST } from './gup/pin-fast.js';
import { GUP_REMOTE } from './gup/remote.js';
import { BITMAP } from './locks/bitmap.js';
import { SEQCOUNT } from './locks/seqcount.js';
import { SHARED_LOCK } from './locks/shared-lock.js';
import { DONTNEED } from './madvise/dontneed.js';
import { CACHE } from './memory/cache.js';
import { COPY_NONPRESENT } from './memory/copy-nonpresent.js';
import { COW } from './memory/cow.js';
import { DEVICE_EXCLUSIVE } from './memory/device-exclusive.js';
import { PTE_BATCH } from './memory/pte-batch.js';
import { RSS } from './memory/rss.js';
import { ZAP } from './memory/zap.js';
import { ZAP_DETAILS } from './memory/zap-details.js';
import { ZAP_PAGE_RANGE } from './memory/zap-page-range.js';
import { PROT_NUMA } from './mempolicy/prot-numa.js';
import { MM } from './mm.js';
import { MMU_GATHER } from './mmu_gather/mmu-gather.js';
import { TABLES } from './mmu_gather/tables.js';
import { MPROTECT } from './mprotect/mprotect.js';
import { WRITEBACK } from './page-writeback/writeback.js';
import { ANON_RMAP } from './rmap/anon.js';
import { MAKE_DEVICE_EXCLUSIVE } from './rmap/device-exclusive.js';
import { FLUSH_BATCHED } from './rmap/flush-batched.js';
import { RMAP } from './rmap/rmap.js';
import { UNMAP } from './rmap/unmap.js';
import { SWAPOPS } from './swapops.js';

/** The table, in no particular order. */
export const KERNEL = Object.freeze({
  ...ANON_RMAP,
  ...BITMAP,
  ...CACHE,
  ...COW,
  ...COPY_NONPRESENT,
  ...DEVICE_EXCLUSIVE,
  ...DONTNEED,
  ...FLUSH_BATCHED,
  ...FOLIO,
  ...GUP,
  ...GUP_FAST,
  ...GUP_REMOTE,
  ...MAKE_DEVICE_EXCLUSIVE,
  ...MM,
  ...MMU_GATHER,
  ...MPROTECT,
  ...PAGE_LOCK,
  ...PIN,
  ...PIN_FAST,
  ...PROT_NUMA,
  ...PTE_BATCH,
  ...RMAP,
  ...RSS,
  ...SEQCOUNT,
  ...SHARED_LOCK,
  ...SWAPOPS,
  ...TABLES,
  ...UNMAP,
  ...WRITEBACK,
  ...ZAP,
  ...ZAP_DETAILS,
  ...ZAP_PAGE_RANGE,
});
