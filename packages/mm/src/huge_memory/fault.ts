/** Faults on huge pages. (mm/huge_memory.c, Linux 6.12) */
import { addrOf, type Ptep, type PteWord, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Frame, Machine } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import { pteFreeUnused } from './deposit.js';

/** The entry for a new huge page: young, dirty, writable where the area is. @kernel mk_huge_pmd, maybe_pmd_mkwrite */
export function mkHugePmd(m: Machine, page: Frame, vma: Vma): PteWord {
  const plain = m.p.pfnPmd(page.pfn, m.v.mkProt({ ...vma.prot, write: false }));
  const used = m.p.pmdMkdirty(m.p.pmdMkyoung(plain));
  return vma.prot.write ? m.p.pmdMkdirty(m.p.pmdMkwrite(used)) : used;
}

/**
 * Map a huge page if the entry is still empty, and put a table aside for its split. True if it was mapped; false without
 * a table, or if another thread was faster. @kernel __do_huge_pmd_anonymous_page
 */
export function* doHugePmdAnonymousPage(m: Machine, vma: Vma, pmdp: Ptep, folio: Folio): Step<boolean> {
  const page = folio.frames[0];
  const pgtable = m.k.pteAllocOne();
  if (page === undefined || pgtable === null) return false;
  yield* m.k.pmdLock(pmdp);
  const none = m.p.pmdNone(yield* m.pmd.pmdpGet(pmdp));
  if (none) {
    yield* m.k.folioAddRmapPmd(folio);
    yield* m.k.pgtableTransHugeDeposit(pmdp, pgtable);
    yield* m.pmd.setPmdAt(vma.mm, addrOf(vma.start), pmdp, m.k.mkHugePmd(page, vma));
    yield* m.k.updateMmuCache(vma, addrOf(vma.start));
  } else {
    pteFreeUnused(m, pgtable);
  }
  yield* m.unlock(pmdp.table.ptl);
  return none;
}

/** The page was used: nothing more is missing. Returns the id of the entry left behind. @kernel huge_pmd_set_accessed */
export function* hugePmdSetAccessed(
  m: Machine,
  vma: Vma,
  pmdp: Ptep,
  orig: PteWord,
  write: boolean,
): Step<number> {
  yield* m.k.pmdLock(pmdp);
  let left = 0;
  if (m.p.pmdSame(yield* m.pmd.pmdpGet(pmdp), orig)) {
    const young = m.p.pmdMkyoung(orig);
    const entry = write ? m.p.pmdMkdirty(young) : young;
    yield* m.pmd.pmdpSetAccessFlags(vma, addrOf(vma.start), pmdp, entry, write);
    left = entry.id;
  }
  yield* m.unlock(pmdp.table.ptl);
  return left;
}

/** Functions that others call by name. */
export const HUGE_FAULT = { mkHugePmd, doHugePmdAnonymousPage, hugePmdSetAccessed } as const;

type HugeFaultFunctions = typeof HUGE_FAULT;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends HugeFaultFunctions {}
}
