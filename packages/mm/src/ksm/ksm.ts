/**
 * Merging pages with the same contents. (mm/ksm.c, Linux 6.12)
 *
 * Left out: the trees, checksums, huge and zero pages, and which pages are tried.
 */
import { addrOf, type PteWord, ptepOf, type Vma, vpnOf } from '@racewalk/core';
import { type AtomicBody, atomic, type Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import { definePageVmaWalk } from '../rmap/pvmw.js';
import { vmaAddress } from '../rmap/rmap-walk.js';

/** Whether two pages hold the same, looked at once. Either may be written meanwhile. @kernel pages_identical */
export function* pagesIdentical(_m: Machine, page: Frame, kpage: Frame): Step<boolean> {
  const run: AtomicBody = (mem, base) => (mem[base + page.data] === mem[base + kpage.data] ? 1 : 0);
  const show = (o: { readonly result: number }) => (o.result === 1 ? '→ yes' : '→ no');
  const note = { op: 'pages_identical', text: `${page.name} and ${kpage.name}` };
  return (yield* atomic([page.data, kpage.data], run, note, { locked: false, show })) === 1;
}

/**
 * Whether the entry may stand as it is: nobody can store through it, nor through what a TLB has kept of it, and what
 * was stored is known elsewhere. An open flush says that the entry is no evidence about TLBs.
 */
export function* ksmSettled(m: Machine, vma: Vma, page: Frame, pte: PteWord): Step<boolean> {
  if (m.v.pteWrite(pte) || m.v.pteDirty(pte)) return false;
  return !(yield* m.k.pageAnonExclusive(page)) && !(yield* m.k.mmTlbFlushPending(vma.mm));
}

/**
 * Make the mapping of a page clean and read-only for good, so that its contents stay; returns the entry, or null if that is not
 * possible. The page is locked. Emptied and flushed first: a pin that is taken without a lock from now on is noticed.
 * @kernel write_protect_page
 */
export function* writeProtectPage(m: Machine, vma: Vma, page: Frame): Step<PteWord | null> {
  const { mm } = vma;
  const { folio } = page;
  const pvmw = definePageVmaWalk(page, vma, vmaAddress(folio, vma), 0);
  const range = { event: 'clear', mm, start: vpnOf(pvmw.address), end: vpnOf(pvmw.end) } as const;
  let settled: PteWord | null = null;
  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  if (yield* m.k.pageVmaMappedWalk(pvmw)) {
    settled = pvmw.pteval;
    if (!(yield* m.k.ksmSettled(vma, page, settled))) settled = yield* m.k.ksmSettle(vma, pvmw.address, page);
    yield* m.k.pageVmaMappedWalkDone(pvmw);
  }
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  return settled;
}

/** The part of `writeProtectPage` that changes the entry; null, and nothing is changed, if others hold the page. */
export function* ksmSettle(m: Machine, vma: Vma, address: number, page: Frame): Step<PteWord | null> {
  const { mm } = vma;
  const { folio } = page;
  const ptep = ptepOf(vma, vpnOf(address));
  const swapped = folio.backing.cache >= 0 && (yield* m.k.folioTestSwapcache(page)) ? 1 : 0;
  const exclusive = yield* m.k.pageAnonExclusive(page);
  const pte = yield* m.pte.ptepClearFlush(vma, address, ptep);
  const held = (yield* m.k.folioMapcount(folio)) + 1 + swapped !== (yield* m.k.folioRefCount(folio));
  if (held || (exclusive && !(yield* m.k.folioTryShareAnonRmapPte(folio, page)))) {
    yield* m.pte.setPteAt(mm, address, ptep, pte);
    return null;
  }
  if (m.v.pteDirty(pte)) yield* m.k.folioMarkDirty(folio);
  const quiet = m.v.pteWrprotect(m.v.pteMkclean(pte));
  yield* m.pte.setPteAt(mm, address, ptep, quiet);
  return quiet;
}

/**
 * Map the shared page in place of one with the same contents, if the entry still is what it was when they were compared.
 * @kernel replace_page
 */
export function* replacePage(
  m: Machine,
  vma: Vma,
  page: Frame,
  kpage: Frame,
  origPte: PteWord,
): Step<boolean> {
  const { mm } = vma;
  const { folio } = page;
  const addr = vmaAddress(folio, vma);
  const ptep = ptepOf(vma, vpnOf(addr));
  const range = { event: 'clear', mm, start: ptep.vpn, end: ptep.vpn + 1 } as const;
  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  yield* m.pteOffsetMapLock(ptep.table);
  const same = m.v.pteSame(yield* m.pte.ptepGet(ptep), origPte);
  if (same) {
    yield* m.k.folioGet(kpage);
    yield* m.k.folioAddRmap(kpage.folio);
    yield* m.pte.ptepClearFlush(vma, addrOf(ptep.vpn), ptep);
    yield* m.pte.setPteAt(mm, addr, ptep, m.k.mkPte(kpage, vma));
    yield* m.k.folioRemoveRmapPte(page);
    yield* m.k.folioPut(page);
  }
  yield* m.pteUnmapUnlock(ptep.table);
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
  return same;
}

/**
 * Merge a page with `kpage`, or, without one, make it a page that others can be merged with. The caller holds a
 * reference. True if it was. @kernel try_to_merge_one_page
 */
export function* tryToMergeOnePage(m: Machine, vma: Vma, page: Frame, kpage: Frame | null): Step<boolean> {
  if (!(yield* m.k.trylockPage(page))) return false;
  const origPte = yield* m.k.writeProtectPage(vma, page);
  let merged = false;
  if (origPte !== null && kpage === null) {
    merged = true;
    yield* m.k.folioSetStableNode(page);
  } else if (origPte !== null && kpage !== null && (yield* m.k.pagesIdentical(page, kpage))) {
    merged = yield* m.k.replacePage(vma, page, kpage, origPte);
  }
  yield* m.k.unlockPage(page);
  return merged;
}

/**
 * The page is a shared one from here on. Reclaim drops a clean page whose entries are clean, so it is marked dirty, whatever
 * the entries said. @kernel folio_set_stable_node
 */
export function* folioSetStableNode(m: Machine, page: Frame): Step<void> {
  yield* m.k.markPageAccessed(page);
  yield* m.k.folioMarkDirty(page.folio);
}

/** Functions that others call by name. */
export const KSM = {
  pagesIdentical,
  ksmSettled,
  ksmSettle,
  writeProtectPage,
  replacePage,
  tryToMergeOnePage,
  folioSetStableNode,
} as const;

type KsmFunctions = typeof KSM;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends KsmFunctions {}
}
