/**
 * The part of `page_vma_mapped_walk` that is one level up: the pages may be mapped by a huge page, by a table, or by a table
 * that is another one by the time it is reached. (mm/page_vma_mapped.c, Linux 6.12)
 */
import { type Ptep, vpnOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { type PageVmaMappedWalk, PVMW_SYNC } from './pvmw.js';

/** The entry above the table of the area, where the race follows it. */
export function followedPmd(m: Machine, { vma }: PageVmaMappedWalk): Ptep | undefined {
  const slot = m.world.pmds.of(vma.table);
  return slot?.follows === true ? slot.pmdp : undefined;
}

/** The huge page covers one of the pages. @kernel check_pmd */
function checkPmd(m: Machine, pvmw: PageVmaMappedWalk, pfn: number): boolean {
  const nr = m.hpagePages(pvmw.vma);
  return pfn + nr > pvmw.pfn && pfn < pvmw.pfn + pvmw.nrPages;
}

/**
 * What the entry above says. `leaf`: a huge page maps the pages, by `pvmw.pmd`, and `pmd_lock` is held. `table`: the entry
 * at `pvmw.pte` is mapped, and its table locked. `none`: nothing is mapped, and nothing locked.
 */
export function* mapPmd(m: Machine, pvmw: PageVmaMappedWalk, pmdp: Ptep): Step<'leaf' | 'table' | 'none'> {
  for (;;) {
    const pmde = yield* m.pmd.pmdpGetLockless(pmdp);
    if (m.p.pmdTransHuge(pmde)) {
      yield* m.k.pmdLock(pmdp);
      const now = yield* m.pmd.pmdpGet(pmdp);
      if (m.p.pmdTransHuge(now) && checkPmd(m, pvmw, m.p.pmdPfn(now))) {
        pvmw.pmd = pmdp;
        return 'leaf';
      }
      yield* m.unlock(pmdp.table.ptl);
      if (m.p.pmdTransHuge(now)) return 'none';
      // Split under us: handled by the table.
      continue;
    }
    if (!m.p.pmdPresent(pmde)) {
      // zap_huge_pmd() may have emptied the entry and not yet told the map count: wait until it has.
      if ((pvmw.flags & PVMW_SYNC) !== 0 && pvmw.nrPages >= m.hpagePages(pvmw.vma)) {
        yield* m.k.pmdLock(pmdp);
        yield* m.unlock(pmdp.table.ptl);
      }
      return 'none';
    }
    const pte = yield* m.k.__pteOffsetMapLock(pmdp, vpnOf(pvmw.address));
    if (pte === null) continue;
    pvmw.pte = pte;
    pvmw.ptl = true;
    return 'table';
  }
}
