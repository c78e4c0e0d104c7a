/** Every function of the kernel that this package has, by name: what `m.k` calls, and what a variant may replace. */
import { CPU } from './cpu.js';
import { FOLIO } from './folio.js';
import { GRAB } from './gup/grab.js';
import { GUP } from './gup/gup.js';
import { GUP_FAST } from './gup/gup-fast.js';
import { PIN } from './gup/pin.js';
import { BITMAP } from './locks/bitmap.js';
import { SEQCOUNT } from './locks/seqcount.js';
import { SHARED_LOCK } from './locks/shared-lock.js';
import { ANON } from './memory/anon.js';
import { CACHE } from './memory/cache.js';
import { COPY } from './memory/copy.js';
import { COPY_PRESENT } from './memory/copy-present.js';
import { FAULT } from './memory/fault.js';
import { PTE_BATCH } from './memory/pte-batch.js';
import { RSS } from './memory/rss.js';
import { SPARE_PAGES } from './memory/spare-pages.js';
import { WP } from './memory/wp.js';
import { MM } from './mm.js';
import { WRITEBACK } from './page-writeback/writeback.js';
import { ANON_RMAP } from './rmap/anon.js';
import { FLUSH_BATCHED } from './rmap/flush-batched.js';
import { RMAP } from './rmap/rmap.js';
import { UNMAP } from './rmap/unmap.js';

/** The table, in no particular order. */
export const KERNEL = Object.freeze({
  ...ANON,
  ...ANON_RMAP,
  ...BITMAP,
  ...CACHE,
  ...COPY,
  ...COPY_PRESENT,
  ...CPU,
  ...FAULT,
  ...FLUSH_BATCHED,
  ...FOLIO,
  ...GRAB,
  ...GUP,
  ...GUP_FAST,
  ...MM,
  ...PIN,
  ...PTE_BATCH,
  ...RMAP,
  ...RSS,
  ...SEQCOUNT,
  ...SHARED_LOCK,
  ...SPARE_PAGES,
  ...UNMAP,
  ...WP,
  ...WRITEBACK,
});
