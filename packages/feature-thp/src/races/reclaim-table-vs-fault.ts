import { type Patch, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, linux, sparePages, spareTables } from '@racewalk/mm';
import { type Area, area } from '../setup.js';

/** CPU of the fault. */
const FAULT_CPU = 1;

function setup(w: World): Area {
  const made = area(w);
  const pages = ['page', 'another'].map((name) =>
    linux(w).folio({ name, pages: 1, refcount: 1, mapcount: 0 }),
  );
  sparePages(w, FAULT_CPU, pages);
  spareTables(w, FAULT_CPU, [w.pmds.spare(made.vma, 'new table')]);
  w.contexts.track(FAULT_CPU);
  return made;
}

/** Takes the lock of the table it has found, and does not look again at what led there. */
const noRecheck: Patch = {
  *__pteOffsetMapLock(m, pmdp, vpn) {
    const found = yield* m.k.__pteOffsetMap(pmdp, vpn);
    if (found === null) return null;
    yield* m.pteOffsetMapLock(found.ptep.table);
    return found.ptep;
  },
};

/** Frees the table without waiting for readers. */
const atOnce: Patch = {
  *tlbRemoveTableFree(m, tables) {
    yield* m.k.__tlbRemoveTableFree(tables);
  },
};

/** pte_offset_map_lock() that fails. */
export const reclaimTableVsFault: Scenario = defineScenario<Area>({
  id: 'thp/reclaim-table-vs-fault',
  title: 'An empty table is given up while a fault is on its way into it',
  source: '__pte_offset_map_lock(), Linux 0d940a9b270b (6.5); try_to_free_pte(), Linux 6375e95f381e (6.14)',
  about:
    'MADV_DONTNEED finds the table empty and takes it away; both it and a fault hold the mmap lock for reading. The fault has read the entry above, and asks for the lock of the table. Two things protect it: RCU, so that the table is one until the fault has let go, and a second look at the entry once it has the lock. Without the second look it maps its page in a table that nothing leads to.',
  invariants: ['RMAP', 'PTUAF'],
  params: { pages: 1 },
  setup,
  agents: {
    dontneed: {
      cpu: 0,
      role: 'kernel',
      note: 'MADV_DONTNEED',
      *run(m, { vma, pmdp }) {
        const tlb = yield* m.k.tlbGatherMmu(vma.mm);
        yield* m.k.tryToFreePte(vma, pmdp, tlb);
        yield* m.k.tlbFinishMmu(tlb);
      },
    },
    user: {
      cpu: FAULT_CPU,
      role: 'user',
      note: 'stores',
      *run(m, { vma }) {
        yield* new UserCpu(m, vma).store(0);
      },
    },
  },
  linux: { '6.14': 'upstream' },
  mutants: {
    'no-recheck': {
      what: 'the entry above is not read again once the lock of the table is held',
      breaks: 'RMAP',
      why: 'the page is mapped in a table that nothing leads to: its map count says one, and no walk finds it',
      patch: noRecheck,
    },
    'free-at-once': {
      what: 'the table is freed without a grace period',
      breaks: 'PTUAF',
      why: 'the fault is in the table, or waits for its lock',
      patch: atOnce,
    },
  },
});
