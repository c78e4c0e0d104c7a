/** A huge page is mapped by a table of small entries instead. (mm/huge_memory.c, Linux 6.12) */
import { addrOf, type Ptep, type PteWord, type Vma, type Vpn } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine, NotifierRange } from '@racewalk/machine';

/** The lock of an upper-level entry. @kernel pmd_lock */
export function* pmdLock(m: Machine, pmdp: Ptep): Step<void> {
  yield* m.lock(pmdp.table.ptl);
}

/** The page behind a leaf; undefined where it maps none. @kernel pmd_page */
export function pmdPage(m: Machine, pmd: PteWord): Frame | undefined {
  return m.p.pmdTransHuge(pmd) ? m.world.frames.at(m.p.pmdPfn(pmd)) : undefined;
}

/**
 * Split the mapping of a huge page; nothing is done if it maps none. In place: user code goes on using the page
 * meanwhile, but for the moment between the invalid entry and the table. @kernel __split_huge_pmd
 */
export function* __splitHugePmd(m: Machine, vma: Vma, pmdp: Ptep, haddr: Vpn = vma.start): Step<void> {
  const end = haddr + m.hpagePages(vma);
  const range: NotifierRange = { event: 'clear', mm: vma.mm, start: haddr, end };
  yield* m.notifier.mmuNotifierInvalidateRangeStart(range);
  yield* m.k.pmdLock(pmdp);
  if (m.p.pmdTransHuge(yield* m.pmd.pmdpGet(pmdp))) yield* m.k.__splitHugePmdLocked(vma, pmdp, haddr);
  yield* m.unlock(pmdp.table.ptl);
  yield* m.notifier.mmuNotifierInvalidateRangeEnd(range);
}

/**
 * The same under `pmd_lock`. Pages of a file are unmapped: they come back by faults. Anonymous ones are mapped by the table
 * that was deposited. Without migration entries (`freeze`). @kernel __split_huge_pmd_locked
 */
export function* __splitHugePmdLocked(m: Machine, vma: Vma, pmdp: Ptep, haddr: Vpn): Step<void> {
  const { p, v } = m;
  const nr = m.hpagePages(vma);
  const addr = addrOf(haddr);
  if (vma.mapping !== null) {
    const old = yield* m.pmd.pmdpHugeClearFlush(vma, addr, pmdp);
    const page = m.k.pmdPage(old);
    if (page === undefined) return;
    if (p.pmdDirty(old)) yield* m.k.folioMarkDirty(page.folio);
    yield* m.k.folioRemoveRmapPmd(page.folio, page);
    yield* m.k.folioPut(page);
    return;
  }
  // Invalid, but present: whoever looks must still find a huge page. What hardware has set counts up to this exchange.
  const old = yield* m.pmd.pmdpInvalidate(vma, addr, pmdp);
  const page = m.k.pmdPage(old);
  if (page === undefined) return;
  const dirty = p.pmdDirty(old);
  if (dirty) yield* m.k.folioMarkDirty(page.folio);
  yield* m.k.folioRefAdd(page.folio, nr - 1);
  yield* m.k.folioAddRmap(page.folio, nr);

  const pgtable = yield* m.k.pgtableTransHugeWithdraw(pmdp);
  const pte = pgtable?.table.entries[0];
  if (pgtable === null || pte === undefined) return;
  let entry = v.pfnPte(page.pfn, v.mkProt({ ...vma.prot, write: false }));
  if (p.pmdWrite(old)) entry = v.pteMkwrite(entry);
  entry = p.pmdYoung(old) ? v.pteMkyoung(entry) : v.pteMkold(entry);
  entry = dirty ? v.pteMkdirty(entry) : v.pteMkclean(entry);
  if (p.pmdSoftDirty(old)) entry = v.pteMksoftDirty(entry);
  if (p.pmdUffdWp(old)) entry = v.pteMkuffdWp(entry);
  yield* m.pte.setPtes(vma.mm, addr, pte, entry, nr);
  yield* m.k.folioRemoveRmapPmd(page.folio, page);
  yield* m.k.smpWmb();
  yield* m.k.pmdPopulate(vma, pmdp, pgtable);
}

/** Functions that others call by name. */
export const SPLIT_HUGE_PMD = { pmdLock, pmdPage, __splitHugePmd, __splitHugePmdLocked } as const;

type SplitFunctions = typeof SPLIT_HUGE_PMD;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends SplitFunctions {}
}
