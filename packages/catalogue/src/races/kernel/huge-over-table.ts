import { addrOf } from '@racewalk/core';
import { type Cell, read, write } from '@racewalk/core/step';
import { KernelCpu, REASONS, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { type LeftTable, leftTable, vmapsHuge } from './left-table.js';

interface Left extends LeftTable {
  readonly lock: Cell;
  /** Whether the address has been given to its user. */
  readonly given: Cell;
}

function setup(w: World): Left {
  const s = leftTable(w);
  const given = w.word('address', 0, (x) => (x ? 'given' : 'not given'));
  return { ...s, lock: w.lock('vmap_area_lock'), given };
}

/** Race C8. */
export const hugeOverTable: Scenario = defineScenario<Left>({
  id: 'kernel/huge-over-table',
  title: 'A huge page of the kernel takes the place of a table that small pages have left',
  source: 'Linux b6bdb7517c3d (4.16), 5e0fb5df2ee8, ec28bb9c9b08 (4.19)',
  about:
    'The kernel maps small pages, unmaps them, and maps a huge page at the same address. The table of the small pages is still there, and empty. May the entry that leads to it be overwritten by the huge page? No: a CPU that remembers the way to the table finds it empty, and faults in the kernel, on an address that is mapped. The table must not be freed before that is forgotten, either. Nobody has to use the address for it: a CPU may walk it ahead of any access.',
  invariants: ['STALE', 'PTUAF'],
  params: { pages: 2 },
  setup,
  agents: {
    vmap: {
      cpu: 0,
      role: 'kernel',
      note: 'vmap of a huge page',
      *run(m, s) {
        if (!(yield* vmapsHuge(m, s))) return;
        const { lock, given } = s;
        yield* m.lock(lock);
        yield* write(given, 1, 'the address is given to its user');
        yield* m.unlock(lock);
      },
    },
    user: {
      cpu: 1,
      role: 'kernel',
      note: 'walks ahead, then loads',
      *run(m, { vma, lock, given }) {
        // A walk that no instruction asks for: what it finds stays in the walk cache.
        if (m.arch.has('walkCaches')) yield* new UserCpu(m, vma, { faults: false }).load(0);
        yield* m.lock(lock);
        const is = yield* read(given, 'the address');
        yield* m.unlock(lock);
        if (is === 1) yield* new KernelCpu(m, vma).load(0);
      },
    },
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'over-table': {
      what: 'the entry is overwritten and the table left behind, as until 4.15',
      breaks: 'STALE',
      why: 'the walk cache leads to the table, whose entries are empty',
      unless: REASONS.softwareWalks,
      patch: {
        *vmapTryHugePmd(m, vma, pmdp, pfn, prot) {
          const leaf = m.p.pmdMkhuge(m.p.pfnPmd(pfn, prot));
          yield* m.pmd.setPmdAt(vma.mm, addrOf(vma.start), pmdp, leaf);
          return true;
        },
      },
    },
    'no-flush': {
      what: 'the table is freed and nothing is invalidated, as in 4.16',
      breaks: 'PTUAF',
      why: 'the walk cache leads to a table that is free',
      unless: REASONS.softwareWalks,
      patch: { *flushTlbKernelPgtable() {} },
    },
  },
});
