/**
 * The same walk where the level above is followed: the pages may be mapped by a huge page, by a table, or by a table that
 * is another one by the time it is reached. (mm/page_vma_mapped.c, Linux 6.12)
 */
import { PAGE_SIZE, type Ptep, ptepAdd, vpnOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { checkPte, type PageVmaMappedWalk, PVMW_SYNC, stopped } from './page-vma-mapped.js';

const pmdOf = (m: Machine, pvmw: PageVmaMappedWalk): Ptep | undefined =>
  m.world.pmds.of(pvmw.vma.table)?.pmdp;

/** The huge page covers one of the pages. @kernel check_pmd */
function checkPmd(m: Machine, pvmw: PageVmaMappedWalk, pfn: number): boolean {
  const nr = m.hpagePages(pvmw.vma);
  return pfn + nr > pvmw.pfn && pfn < pvmw.pfn + pvmw.nrPages;
}

/** As `page_vma_mapped_walk`. True with `pvmw.pmd` set: a huge page maps them, and `pmd_lock` is held. */
export function* pageVmaMappedWalkLevels(m: Machine, pvmw: PageVmaMappedWalk): Step<boolean> {
  const pmdp = pmdOf(m, pvmw);
  // The huge page was visited: it maps all there is.
  if (pmdp === undefined || pvmw.pmd !== null) return yield* done(m, pvmw);
  if (pvmw.mapped) {
    if (yield* nextInTable(m, pvmw)) return stopped(m, pvmw);
    return yield* done(m, pvmw);
  }
  for (;;) {
    const pmde = yield* m.pmd.pmdpGetLockless(pmdp);
    if (m.p.pmdTransHuge(pmde)) {
      yield* m.k.pmdLock(pmdp);
      const now = yield* m.pmd.pmdpGet(pmdp);
      if (m.p.pmdTransHuge(now) && checkPmd(m, pvmw, m.p.pmdPfn(now))) {
        pvmw.pmd = pmdp;
        m.current.rmapWalk?.visited.add(pmdp);
        return true;
      }
      yield* m.unlock(pmdp.table.ptl);
      if (m.p.pmdTransHuge(now)) return false;
      // Split under us: handled by the table.
      continue;
    }
    if (!m.p.pmdPresent(pmde)) {
      // zap_huge_pmd() may have emptied the entry and not yet told the map count: wait until it has.
      if ((pvmw.flags & PVMW_SYNC) !== 0 && pvmw.nrPages >= m.hpagePages(pvmw.vma)) {
        yield* m.k.pmdLock(pmdp);
        yield* m.unlock(pmdp.table.ptl);
      }
      return false;
    }
    const pte = yield* m.k.pteOffsetMapLock(pmdp, vpnOf(pvmw.address));
    if (pte === null) continue;
    pvmw.mapped = true;
    pvmw.pte = pte;
    pvmw.ptl = true;
    if ((yield* checkPte(m, pvmw)) || (yield* nextInTable(m, pvmw))) return stopped(m, pvmw);
    return yield* done(m, pvmw);
  }
}

/** On in the table, whose lock is held. */
function* nextInTable(m: Machine, pvmw: PageVmaMappedWalk): Step<boolean> {
  for (;;) {
    pvmw.address += PAGE_SIZE;
    if (pvmw.address >= pvmw.end) return false;
    pvmw.pte = ptepAdd(pvmw.pte, 1);
    if (yield* checkPte(m, pvmw)) return true;
  }
}

function* done(m: Machine, pvmw: PageVmaMappedWalk): Step<false> {
  yield* m.k.pageVmaMappedWalkDone(pvmw);
  return false;
}

/** Functions that others call by name. */
export const PAGE_VMA_MAPPED_LEVELS = { pageVmaMappedWalkLevels } as const;

type PageVmaMappedLevelsFunctions = typeof PAGE_VMA_MAPPED_LEVELS;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends PageVmaMappedLevelsFunctions {}
}
