/**
 * Emptying the entries of a range, for munmap, MADV_DONTNEED, truncation and exit. (mm/memory.c, Linux 6.12)
 */
import { addrOf, type Ptep, type PteWord, ptepAdd, type Vma, type Vpn } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import type { MmuGather } from '../mmu_gather/mmu-gather.js';
import { mapLock, unmapUnlock } from '../pgtable-generic/pte-offset-map.js';
import { isAnon, isUffdWpMarker, type ZapDetails } from './zap-details.js';

/** Results of a walk over one table: the kernel passes pointers to these. */
export interface ZapProgress {
  /** Flush before the page-table lock is dropped. */
  forceFlush: boolean;
  /** There is no room in the gather for another page. */
  forceBreak: boolean;
  /** Change of the resident set. */
  rss: number;
}

/**
 * Empty `nr` entries that map consecutive pages of one folio. `ptent` is the value read from the first.
 *
 * For a dirty page of a file, flush before the lock is dropped, and update the reverse map after that. So code
 * that cleans pages either waits for the lock, or finds that no CPU can still store. @kernel zap_present_folio_ptes
 */
export function* zapPresentFolioPtes(
  m: Machine,
  tlb: MmuGather,
  vma: Vma,
  folio: Folio,
  page: Frame,
  ptep: Ptep,
  ptent: PteWord,
  nr: number,
  details: ZapDetails | null,
  zap: ZapProgress,
): Step<void> {
  const { mm, fullmm } = tlb;
  const addr = addrOf(ptep.vpn);
  let delayRmap = false;
  let old = ptent;
  if (!isAnon(vma)) {
    // The hardware may have set dirty since the entry was read: only the exchange returns the final value.
    old = yield* m.pte.getAndClearFullPtes(mm, addr, ptep, nr, fullmm);
    if (m.v.pteDirty(old)) {
      yield* m.k.folioMarkDirty(folio);
      if (m.k.tlbDelayRmap(tlb)) {
        delayRmap = true;
        zap.forceFlush = true;
      }
    }
  } else {
    // Stores to it until the flush are discarded with the page.
    yield* m.pte.clearFullPtes(mm, addr, ptep, nr, fullmm);
  }
  zap.rss -= nr;
  m.k.tlbRemoveTlbEntries(tlb, vma, ptep, nr);
  yield* m.k.zapInstallUffdWpIfNeeded(vma, ptep, nr, details, old);
  if (!delayRmap) yield* m.k.folioRemoveRmapPtes(folio, page, nr);
  if (m.k.__tlbRemoveFolioPages(tlb, page, nr, delayRmap)) {
    zap.forceFlush = true;
    zap.forceBreak = true;
  }
}

/** Empty a present entry, and the following ones that map the same folio; returns how many. @kernel zap_present_ptes */
export function* zapPresentPtes(
  m: Machine,
  tlb: MmuGather,
  vma: Vma,
  ptep: Ptep,
  ptent: PteWord,
  maxNr: number,
  details: ZapDetails | null,
  zap: ZapProgress,
): Step<number> {
  const page = vma.flags.pfnmap === true ? undefined : m.world.frames.at(m.v.ptePfn(ptent));
  if (page === undefined) {
    yield* m.pte.ptepGetAndClearFull(tlb.mm, addrOf(ptep.vpn), ptep, tlb.fullmm);
    m.k.tlbRemoveTlbEntry(tlb, vma, ptep);
    yield* m.k.zapInstallUffdWpIfNeeded(vma, ptep, 1, details, ptent);
    return 1;
  }
  const { folio } = page;
  if (!m.k.shouldZapFolio(details, vma)) return 1;
  let nr = 1;
  if (folio.frames.length > 1 && maxNr !== 1) {
    const flags = { ignoreDirty: true, ignoreSoftDirty: true };
    nr = (yield* m.k.folioPteBatch(folio, ptep, ptent, maxNr, flags)).nr;
  }
  yield* m.k.zapPresentFolioPtes(tlb, vma, folio, page, ptep, ptent, nr, details, zap);
  return nr;
}

/**
 * Empty an entry that is neither empty nor present. No TLB holds it, so there is nothing to flush; its
 * reference is dropped. @kernel zap_nonpresent_ptes
 */
export function* zapNonpresentPtes(
  m: Machine,
  tlb: MmuGather,
  vma: Vma,
  ptep: Ptep,
  ptent: PteWord,
  details: ZapDetails | null,
  zap: ZapProgress,
): Step<void> {
  const { swap } = m.arch;
  const entry = swap.pteToSwpEntry(ptent);
  if (swap.isDeviceExclusiveEntry(entry)) {
    if (!m.k.shouldZapFolio(details, vma)) return;
    zap.rss--;
    // The entry has the reference that its mapping had, and the reverse map does not list it.
    const page = m.world.frames.at(entry.offset);
    if (page !== undefined) yield* m.k.folioPut(page);
  } else if (swap.isMigrationEntry(entry)) {
    if (!m.k.shouldZapFolio(details, vma)) return;
    // The reference belongs to the migration.
    zap.rss--;
  } else if (swap.isPteMarker(ptent)) {
    // A marker of userfaultfd always goes from anonymous memory; that of a poisoned page goes with private copies.
    const stays = isUffdWpMarker(m, ptent)
      ? !isAnon(vma) && !m.k.zapDropMarkers(details)
      : !m.k.shouldZapCows(details);
    if (stays) return;
  } else {
    // A page in swap is a private one.
    if (!m.k.shouldZapCows(details)) return;
    yield* m.k.swapFree(entry);
  }
  yield* m.pte.clearNotPresentFullPtes(tlb.mm, addrOf(ptep.vpn), ptep, 1, tlb.fullmm);
  yield* m.k.zapInstallUffdWpIfNeeded(vma, ptep, 1, details, ptent);
}

/**
 * Empty the entries of a range within one table; pages and flush are collected in `tlb`. Without `forceFlush`
 * the caller flushes at some later time, after the lock was dropped. Returns where it stopped: at `end`,
 * where the gather was full, or at `start` if the table has gone. @kernel zap_pte_range
 */
export function* zapPteRange(
  m: Machine,
  tlb: MmuGather,
  vma: Vma,
  start: Vpn,
  end: Vpn,
  details: ZapDetails | null,
): Step<Vpn> {
  const zap: ZapProgress = { forceFlush: false, forceBreak: false, rss: 0 };
  const startPte = yield* mapLock(m, vma, start);
  if (startPte === null) return start;
  // An entry that reclaim has emptied may still be in a TLB, and there would be nothing to flush for it below.
  yield* m.k.flushTlbBatchedPending(tlb.mm);
  let vpn = start;
  while (vpn < end && !zap.forceBreak) {
    const ptep = ptepAdd(startPte, vpn - start);
    const ptent = yield* m.pte.ptepGet(ptep);
    let nr = 1;
    if (m.v.ptePresent(ptent)) {
      nr = yield* m.k.zapPresentPtes(tlb, vma, ptep, ptent, end - vpn, details, zap);
    } else if (!m.v.pteNone(ptent)) {
      yield* m.k.zapNonpresentPtes(tlb, vma, ptep, ptent, details, zap);
    }
    vpn += nr;
  }
  if (zap.rss !== 0) yield* m.k.addMmCounter(tlb.mm, zap.rss);
  if (zap.forceFlush) {
    yield* m.k.tlbFlushMmuTlbonly(tlb);
    yield* m.k.tlbFlushRmaps(tlb, vma);
  }
  yield* unmapUnlock(m, vma, startPte);
  // Nobody can reach the pages collected so far.
  if (zap.forceFlush) yield* m.k.tlbFlushMmu(tlb);
  return vpn;
}

/** Functions that others call by name. */
export const ZAP = { zapPresentFolioPtes, zapPresentPtes, zapNonpresentPtes, zapPteRange } as const;

type ZapFunctions = typeof ZAP;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends ZapFunctions {}
}
