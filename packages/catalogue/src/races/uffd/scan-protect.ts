import { addrOf, ptepOf, type Vma } from '@racewalk/core';
import { type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';

function setup(w: World): { readonly vma: Vma } {
  const vma = w.vma({ pages: 2 });
  linux(w).mapFolio(vma, linux(w).folio({ pages: 2 }), { young: true, dirty: true });
  return { vma };
}

/** G10. */
export const scanProtect: Scenario = defineScenario<{ readonly vma: Vma }>({
  id: 'uffd/scan-protect',
  title: 'PAGEMAP_SCAN reports written pages and protects them while a thread stores',
  source: 'pagemap_scan_pmd_entry(), make_uffd_wp_pte(), fs/proc/task_mmu.c, Linux 6.7',
  about:
    'With PM_SCAN_WP_MATCHING a page that counts as written is reported and write-protected in one pass. The range is flushed before the lock is given back: from then on a store faults, and so is seen. A thread stores all the while. A store that neither this scan nor the next one reports is lost to whoever copies memory by these reports.',
  invariants: ['DIRTY', 'PERM'],
  params: { pages: 2 },
  needs: ['uffdWp'],
  setup,
  agents: {
    scan: {
      cpu: 0,
      role: 'kernel',
      *run(m, { vma }) {
        yield* m.pteOffsetMapLock(vma.table);
        for (let vpn = vma.start; vpn < vma.end; vpn++) {
          const ptep = ptepOf(vma, vpn);
          const old = yield* m.pte.ptepModifyProtStart(vma, addrOf(vpn), ptep);
          const marked = m.v.pteMkuffdWp(m.v.pteWrprotect(old));
          yield* m.pte.ptepModifyProtCommit(vma, addrOf(vpn), ptep, old, marked);
        }
        yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
        yield* m.pteUnmapUnlock(vma.table);
        yield* m.completes('unwritable', vma);
      },
    },
    user: {
      cpu: 1,
      role: 'user',
      *run(m, { vma }) {
        yield* new UserCpu(m, vma, { faults: false }).store(1);
      },
    },
  },
  mutants: {
    'no-flush': {
      what: 'nothing is flushed',
      breaks: 'PERM',
      why: 'the thread goes on writing to a page that counts as not written since',
      patch: { *flushTlbRange() {} },
    },
    'first-page': {
      what: 'only the first page is flushed',
      breaks: 'PERM',
      why: 'a TLB still has the second page writable',
      patch: {
        *flushTlbRange(m, vma, start) {
          yield* m.tlb.flushTlbPage(vma, start);
        },
      },
    },
  },
});
