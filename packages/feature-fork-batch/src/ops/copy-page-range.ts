/**
 * How fork copies the entries of an area. (mm/memory.c, Linux 6.9; "mm: Batch-copy PTE ranges during
 * fork()" of November 2023 is its first version.)
 */
import { addrOf, type Ptep, type PteWord, ptepOf, type Vma } from '@racewalk/core';
import type { Cell, Step } from '@racewalk/core/step';
import type { Folio, Frame, Machine } from '@racewalk/machine';
import { addTo, SparePages } from '@racewalk/mm';
import { type CopyOps, isCowMapping, LINUX_COPY } from './copy-ops.js';

/** One copy under way. */
export interface Copy {
  readonly dst: Vma;
  readonly src: Vma;
  /** Anonymous pages the child is charged for, counted once an area. */
  readonly rss: Cell;
  /** Pages for what must be copied at once. */
  readonly spares: readonly Folio[];
  readonly ops?: CopyOps;
  /** Tell lockless pinning that write permissions are going away. Default true. */
  readonly sequence?: boolean;
}

/** What a copy remembers from one entry to the next. */
interface Progress {
  anonPages: number;
  /** Taken before the page-table locks, for a page that must be copied. */
  prealloc: Frame | null;
}

/** Write-protect the parent's entries if need be, and set the child's. @kernel __copy_present_ptes */
export function* __copyPresentPtes(
  m: Machine,
  c: Copy,
  dstPte: Ptep,
  srcPte: Ptep,
  pte: PteWord,
  nr: number,
): Step<void> {
  const ops = c.ops ?? LINUX_COPY;
  if (isCowMapping(c.src) && m.v.pteWrite(pte)) yield* ops.protect(m, c.src, srcPte, pte, nr);
  yield* m.pte.setPtes(c.dst.mm, addrOf(dstPte.vpn), dstPte, ops.childEntry(m, c.src, pte), nr);
}

/** The page may be in use by a device of the parent's: the child gets a copy now. @kernel copy_present_page */
export function* copyPresentPage(
  m: Machine,
  c: Copy,
  dstPte: Ptep,
  page: Frame,
  progress: Progress,
): Step<boolean> {
  const fresh = progress.prealloc;
  if (fresh === null) return false;
  progress.prealloc = null;
  const { v } = m;
  yield* m.k.copyUserHighpage(fresh, page);
  yield* m.k.folioAddNewAnonRmap(fresh);
  progress.anonPages++;
  const entry = v.pteMkyoung(v.pfnPte(fresh.pfn, v.mkProt({ ...c.dst.prot, write: false })));
  yield* m.pte.setPteAt(c.dst.mm, addrOf(dstPte.vpn), dstPte, v.pteMkwrite(v.pteMkdirty(entry)));
  return true;
}

/** One entry by itself, as before the series; answers 1, or 0 where a page has to be allocated first. */
export function* copyPresentPte(
  m: Machine,
  c: Copy,
  dstPte: Ptep,
  srcPte: Ptep,
  pte: PteWord,
  progress: Progress,
): Step<number> {
  const ops = c.ops ?? LINUX_COPY;
  const page = frameOf(m, srcPte, pte);
  yield* m.k.folioRefAdd(page.folio, ops.references(1));
  if (!(yield* ops.dupRmap(m, page.folio, page, 1, c.src))) {
    yield* m.k.folioPutRefs(page.folio, ops.references(1));
    return (yield* copyPresentPage(m, c, dstPte, page, progress)) ? 1 : 0;
  }
  progress.anonPages++;
  yield* __copyPresentPtes(m, c, dstPte, srcPte, pte, 1);
  return 1;
}

/**
 * As many entries as map one folio in a row: references, map counts and the child's charge are added
 * once, the parent is write-protected once, the child is set once. Answers how many, or 0 where a page has
 * to be allocated first. @kernel copy_present_ptes
 */
export function* copyPresentPtes(
  m: Machine,
  c: Copy,
  dstPte: Ptep,
  srcPte: Ptep,
  pte: PteWord,
  maxNr: number,
  progress: Progress,
): Step<number> {
  const ops = c.ops ?? LINUX_COPY;
  const page = frameOf(m, srcPte, pte);
  const { folio } = page;
  const batching = ops.batch !== null && progress.prealloc === null && folio.frames.length > 1 && maxNr > 1;
  if (!batching || ops.batch === null) return yield* copyPresentPte(m, c, dstPte, srcPte, pte, progress);
  // Soft-dirty tracking (VM_SOFTDIRTY clear) is not modelled for the area, so its mark has to agree.
  const flags = c.src.shared ? { ignoreDirty: true } : {};
  const { nr, anyWritable } = yield* ops.batch(m, folio, srcPte, pte, maxNr, flags);
  yield* m.k.folioRefAdd(folio, ops.references(nr));
  if (!(yield* ops.dupRmap(m, folio, page, nr, c.src))) {
    yield* m.k.folioPutRefs(folio, ops.references(nr));
    return 0;
  }
  progress.anonPages += nr;
  yield* __copyPresentPtes(m, c, dstPte, srcPte, anyWritable ? m.v.pteMkwrite(pte) : pte, nr);
  return nr;
}

/** All entries of an area, under both page-table locks. @kernel copy_pte_range */
export function* copyPteRange(m: Machine, c: Copy): Step<void> {
  const spares = new SparePages(c.spares);
  const progress: Progress = { anonPages: 0, prealloc: null };
  let vpn = c.src.start;
  while (vpn < c.src.end) {
    yield* m.pteOffsetMapLock(c.dst.table);
    yield* m.pteOffsetMapLock(c.src.table);
    vpn = yield* copyWhileLocked(m, c, vpn, progress);
    yield* m.pteUnmapUnlock(c.src.table);
    yield* m.pteUnmapUnlock(c.dst.table);
    if (vpn < c.src.end) progress.prealloc = spares.take();
  }
  yield* addTo(c.rss, progress.anonPages, { op: 'add_mm_rss_vec', text: c.dst.mm.name });
}

/** Copies until the end, or until a page is needed; answers where it stopped. */
function* copyWhileLocked(m: Machine, c: Copy, from: number, progress: Progress): Step<number> {
  let vpn = from;
  while (vpn < c.src.end) {
    const srcPte = ptepOf(c.src, vpn);
    const pte = yield* m.pte.ptepGet(srcPte);
    if (!m.v.ptePresent(pte)) {
      vpn++;
      continue;
    }
    const nr = yield* copyPresentPtes(m, c, ptepOf(c.dst, vpn), srcPte, pte, c.src.end - vpn, progress);
    if (nr === 0) break;
    vpn += nr;
  }
  return vpn;
}

/**
 * One area. Where pages become shared for copy on write, a sequence count tells those who pin pages
 * without a lock that what they saw may not hold any more. @kernel copy_page_range
 */
export function* copyPageRange(m: Machine, c: Copy): Step<void> {
  const { mm, start, end } = c.src;
  const range = { event: 'protection-page', mm, start, end } as const;
  const sequence = isCowMapping(c.src) && c.sequence !== false;
  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  if (sequence) yield* m.k.rawWriteSeqcountBegin(mm.writeProtectSeq);
  yield* copyPteRange(m, c);
  if (sequence) yield* m.k.rawWriteSeqcountEnd(mm.writeProtectSeq);
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
}

function frameOf(m: Machine, ptep: Ptep, pte: PteWord): Frame {
  const frame = m.world.frames.at(m.v.ptePfn(pte));
  if (frame === undefined) throw new RangeError(`${ptep.name} maps a frame that belongs to nobody`);
  return frame;
}
