/** Every function of the kernel that this package has, by name: what `m.k` calls, and what a variant may replace. */
import { FOLIO } from './folio.js';
import { GUP } from './gup/gup.js';
import { GUP_FAST } from './gup/gup-fast.js';
import { PIN } from './gup/pin.js';
import { PIN_FAST } from './gup/pin-fast.js';
import { BITMAP } from './locks/bitmap.js';
import { SEQCOUNT } from './locks/seqcount.js';
import { SHARED_LOCK } from './locks/shared-lock.js';
import { CACHE } from './memory/cache.js';
import { COW } from './memory/cow.js';
import { PTE_BATCH } from './memory/pte-batch.js';
import { MM } from './mm.js';
import { WRITEBACK } from './page-writeback/writeback.js';
import { ANON_RMAP } from './rmap/anon.js';
import { FLUSH_BATCHED } from './rmap/flush-batched.js';
import { RMAP } from './rmap/rmap.js';
import { UNMAP } from './rmap/unmap.js';

/** The table, in no particular order. */
export const KERNEL = Object.freeze({
  ...ANON_RMAP,
  ...BITMAP,
  ...CACHE,
  ...COW,
  ...FLUSH_BATCHED,
  ...FOLIO,
  ...GUP,
  ...GUP_FAST,
  ...MM,
  ...PIN,
  ...PIN_FAST,
  ...PTE_BATCH,
  ...RMAP,
  ...SEQCOUNT,
  ...SHARED_LOCK,
  ...UNMAP,
  ...WRITEBACK,
});
