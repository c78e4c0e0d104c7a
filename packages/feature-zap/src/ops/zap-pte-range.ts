import { addrOf, type Mm, type Ptep, type PteWord, ptepOf, type Vma, type Vpn } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { flushTlbBatchedPending } from '@racewalk/mm';
import {
  type FlushArea,
  tlbBatchPagesFlush,
  tlbFlushMmuTlbonly,
  tlbFlushRmaps,
  tlbRemovePage,
  tlbRemoveTlbEntry,
  type ZapGather,
} from '../gather/gather.js';

/** The flag of the proposal: flush before the page-table lock is dropped. @kernel ZAP_FLAG_FORCE_FLUSH */
export const ZAP_FLAG_FORCE_FLUSH = 4;

/** `UFFD_WP` in a marker. @kernel PTE_MARKER_UFFD_WP */
export const PTE_MARKER_UFFD_WP = 1;

/** `struct zap_details`, and what a mutant leaves out. */
export interface ZapDetails {
  readonly zapFlags?: number;
  /** The area is armed for userfaultfd write-protection, so its marks outlive the zap. */
  readonly uffdWpArmed?: boolean;
  /** How reclaim is asked for the flushes it has put off; null for not at all. Default `flushTlbBatchedPending`. */
  readonly drain?: ((m: Machine, mm: Mm) => Step<void>) | null;
  /** Flush dirty pages of files under the lock whatever the flags say. Default true. */
  readonly flushDirty?: boolean;
  /** How the flush under the lock, and the one after it, are made. Default `flushTlbRange` of the machine. */
  readonly flush?: FlushArea;
  /** Tell the folio that an entry was dirty. Default true. */
  readonly handOver?: boolean;
  /** Wait for walkers without a lock after a flush under the lock. Default: the flush is enough. */
  readonly sync?: (m: Machine) => Step<void>;
  /** When the reverse map is told of a dirty page of a file: after the flush (default), or before. */
  readonly rmap?: 'late' | 'early';
}

/** Leave a mark where a page was write-protected by userfaultfd. @kernel zap_install_uffd_wp_if_needed */
export function* zapInstallUffdWpIfNeeded(
  m: Machine,
  vma: Vma,
  ptep: Ptep,
  details: ZapDetails,
  pteval: PteWord,
): Step<void> {
  if (details.uffdWpArmed !== true || !m.arch.has('uffdWp') || !m.v.pteUffdWp(pteval)) return;
  const marker = m.arch.swap.makePteMarker(PTE_MARKER_UFFD_WP);
  yield* m.pte.setPteAt(vma.mm, addrOf(ptep.vpn), ptep, marker);
}

/** Dirty goes from the entry to the folio. Answers whether the page has to be flushed under the lock. */
function* handOver(m: Machine, vma: Vma, frame: Frame, pte: PteWord, tell: boolean): Step<boolean> {
  if (vma.mapping === null || !m.v.pteDirty(pte)) return false;
  if (tell) yield* m.k.folioMarkDirty(frame.folio);
  return true;
}

/**
 * Empty the entries of a range, under the page-table lock; pages and flush are collected in `tlb`.
 *
 * A dirty page of a file is flushed before the lock is dropped, and its reverse map is told after that:
 * so whoever cleans pages either waits for the lock or finds no CPU that could still store. All others
 * are flushed there only if `ZAP_FLAG_FORCE_FLUSH` is set, otherwise whenever the caller gets to it.
 * @kernel zap_pte_range
 */
export function* zapPteRange(
  tlb: ZapGather,
  vma: Vma,
  start: Vpn,
  end: Vpn,
  details: ZapDetails = {},
): Step<void> {
  const { m, mm } = tlb;
  const { zapFlags = 0, drain = flushTlbBatchedPending, flushDirty = true, rmap = 'late' } = details;
  let forceFlush = false;
  if (details.flush !== undefined) tlb.flush = details.flush;
  yield* m.pteOffsetMapLock(vma.table);
  if (drain !== null) yield* drain(m, mm);
  for (let vpn = start; vpn < end; vpn++) {
    const ptep = ptepOf(vma, vpn);
    const seen = yield* m.pte.ptepGet(ptep);
    if (m.v.pteNone(seen)) continue;
    if (!m.v.ptePresent(seen)) {
      yield* m.pte.clearNotPresentFullPtes(mm, addrOf(vpn), ptep, 1, false);
      continue;
    }
    const pte = yield* m.pte.ptepGetAndClearFull(mm, addrOf(vpn), ptep, false);
    tlbRemoveTlbEntry(tlb, vma, ptep);
    yield* zapInstallUffdWpIfNeeded(m, vma, ptep, details, pte);
    if ((zapFlags & ZAP_FLAG_FORCE_FLUSH) !== 0) forceFlush = true;
    const frame = m.world.frames.at(m.v.ptePfn(pte));
    if (frame === undefined) continue;
    const dirty = yield* handOver(m, vma, frame, pte, details.handOver !== false);
    if (dirty && flushDirty) forceFlush = true;
    const delayRmap = dirty && rmap === 'late';
    // Whether the folio is clean now is not decided here: writeback may know of a store it has yet to note.
    if (!delayRmap) yield* m.k.folioRemoveRmap(frame.folio);
    tlbRemovePage(tlb, frame, delayRmap);
  }
  if (forceFlush) {
    yield* tlbFlushMmuTlbonly(tlb);
    yield* tlbFlushRmaps(tlb);
    if (details.sync !== undefined) yield* details.sync(m);
  }
  yield* m.pteUnmapUnlock(vma.table);
  if (forceFlush) yield* tlbBatchPagesFlush(tlb);
}
