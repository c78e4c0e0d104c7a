/** What a caller may ask of a zap, beyond the range. (include/linux/mm.h, mm/memory.c, Linux 6.12) */
import { addrOf, type Ptep, type PteWord, ptepAdd, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';

/** Markers of userfaultfd go, too. @kernel ZAP_FLAG_DROP_MARKER */
export const ZAP_FLAG_DROP_MARKER = 1;

/** Part of an unmap of the whole area. @kernel ZAP_FLAG_UNMAP */
export const ZAP_FLAG_UNMAP = 2;

/** `UFFD_WP` in a marker. @kernel PTE_MARKER_UFFD_WP */
export const PTE_MARKER_UFFD_WP = 1;

/** @kernel struct zap_details */
export interface ZapDetails {
  /** A locked folio that is to be unmapped; its entry is waited for. @kernel single_folio */
  readonly singleFolio?: Folio;
  /** Zap private copies of a file's pages, too. @kernel even_cows */
  readonly evenCows?: boolean;
  /** @kernel zap_flags */
  readonly zapFlags?: number;
}

/** Pages that belong to no file: in the model those of an area that maps none. */
export const isAnon = (vma: Vma): boolean => vma.mapping === null;

/** A marker of userfaultfd, as against that of a poisoned page. @kernel pte_marker_uffd_wp */
export function isUffdWpMarker({ arch: { swap } }: Machine, pte: PteWord): boolean {
  return swap.isPteMarker(pte) && (swap.pteToSwpEntry(pte).offset & PTE_MARKER_UFFD_WP) !== 0;
}

/** Whether private copies are to be zapped. @kernel should_zap_cows */
export function shouldZapCows(_m: Machine, details: ZapDetails | null): boolean {
  return details === null || details.evenCows === true;
}

/** Whether a page of the area is. @kernel should_zap_folio */
export function shouldZapFolio(m: Machine, details: ZapDetails | null, vma: Vma): boolean {
  return m.k.shouldZapCows(details) || !isAnon(vma);
}

/** Whether markers of a file's pages go. @kernel zap_drop_markers */
export function zapDropMarkers(_m: Machine, details: ZapDetails | null): boolean {
  return ((details?.zapFlags ?? 0) & ZAP_FLAG_DROP_MARKER) !== 0;
}

/**
 * Leave a marker where a page of a file was write-protected by userfaultfd. `pteval` is what stood there.
 * @kernel zap_install_uffd_wp_if_needed, pte_install_uffd_wp_if_needed
 */
export function* zapInstallUffdWpIfNeeded(
  m: Machine,
  vma: Vma,
  ptep: Ptep,
  nr: number,
  details: ZapDetails | null,
  pteval: PteWord,
): Step<void> {
  if (isAnon(vma) || vma.flags.uffdWp !== true || m.k.zapDropMarkers(details)) return;
  const { swap } = m.arch;
  const armed = m.v.ptePresent(pteval)
    ? m.v.pteUffdWp(pteval)
    : swap.isSwapPte(pteval) && (isUffdWpMarker(m, pteval) || swap.pteSwpUffdWp(pteval));
  if (!armed) return;
  const marker = swap.makePteMarker(PTE_MARKER_UFFD_WP);
  for (let i = 0; i < nr; i++) {
    yield* m.pte.setPteAt(vma.mm, addrOf(ptep.vpn + i), ptepAdd(ptep, i), marker);
  }
}

/** Functions that others call by name. */
export const ZAP_DETAILS = {
  shouldZapCows,
  shouldZapFolio,
  zapDropMarkers,
  zapInstallUffdWpIfNeeded,
} as const;

type ZapDetailsFunctions = typeof ZAP_DETAILS;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends ZapDetailsFunctions {}
}
