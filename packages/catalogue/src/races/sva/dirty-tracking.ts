import { type Ptep, ptepOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import {
  type AgentSpec,
  copyOut,
  type Machine,
  type Scenario,
  SvaDevice,
  updatingWalker,
  type World,
} from '@racewalk/machine';
import { defineScenario, type Folio, linux } from '@racewalk/mm';
import { endsOnFault } from './loads.js';

interface Tracked {
  readonly iova: Vma;
  readonly ptep: Ptep;
  readonly page: Folio;
  readonly device: SvaDevice;
}

/** A page that a device of a guest may write to, by tables of an IOMMU that sets accessed and dirty by itself. */
function setup(w: World): Tracked {
  const iova = w.vma({ pages: 1, name: 'iova', mm: w.mm('domain', false) });
  const page = linux(w).folio({ pages: 1, refcount: 1, mapcount: 0 });
  w.mapFrames(iova, page, { young: true });
  const device = new SvaDevice(w, iova, 'nic', { walker: updatingWalker(w.arch) });
  return { iova, ptep: ptepOf(iova, iova.start), page, device };
}

/** Take dirty away, and say whether it was there. After dma_sl_pte_test_and_clear_dirty(). */
function* testAndClear(m: Machine, { ptep }: Tracked): Step<boolean> {
  const old = yield* m.entries.update(ptep, (pte) => m.v.pteMkclean(pte), 'test_and_clear_dirty');
  return m.v.pteDirty(old);
}

const sync = ({ device, iova }: Tracked): Step<void> => device.invalidateLeaves(iova);

/** `look` is the kernel's part of one round: what is dirty, and from here on stores are marked anew. */
const monitor = (look: (m: Machine, s: Tracked) => Step<boolean>): AgentSpec<Tracked> => ({
  cpu: 0,
  role: 'kernel',
  note: 'asks what is dirty, and sends it to the new host',
  *run(m, s) {
    const [frame] = s.page.frames;
    if (frame !== undefined && (yield* look(m, s))) yield* copyOut(frame);
  },
});

/** G17. */
export const dirtyTracking: Scenario = defineScenario<Tracked>({
  id: 'sva/dirty-tracking',
  title: 'The dirty marks of an IOMMU are taken away while a device stores',
  source:
    'iommu_read_and_clear_dirty(), drivers/iommu/iommufd/io_pagetable.c; intel_iommu_read_and_clear_dirty(), drivers/iommu/intel/iommu.c, Linux 6.12',
  about:
    'A guest with a device is moved to another host. Round by round the monitor asks the IOMMU which pages its hardware has marked as dirty, takes the marks away, and copies those pages. The cache of the IOMMU may still have the page as dirty: then the next store marks nothing. So the cache is emptied after the marks have gone, and before the copy. If it is not, or too early, a store is left behind on the old host.',
  invariants: ['DIRTY'],
  params: { block: 1 },
  assumes: 'the tables are those of an IOMMU whose walker sets accessed and dirty, whatever the CPUs do',
  setup,
  agents: {
    monitor: monitor(function* (m, s) {
      const dirty = yield* testAndClear(m, s);
      yield* sync(s);
      return dirty;
    }),
    device: {
      cpu: 1,
      role: 'device',
      note: 'stores twice',
      *run(m, { device }) {
        if (yield* device.access(m, 0, 'store', endsOnFault))
          yield* device.access(m, 0, 'store', endsOnFault);
      },
    },
  },
  mutants: {
    'no-sync': {
      what: 'the cache of the IOMMU keeps what it has',
      breaks: 'DIRTY',
      why: 'it has the page as dirty, so the next store sets no mark',
      agents: { monitor: monitor(testAndClear) },
    },
    'sync-first': {
      what: 'the cache is emptied before the mark is taken away',
      breaks: 'DIRTY',
      why: 'a store in between fills it anew, from an entry that is still dirty',
      agents: {
        monitor: monitor(function* (m, s) {
          yield* sync(s);
          return yield* testAndClear(m, s);
        }),
      },
    },
    'copies-first': {
      what: 'the page is copied before the cache is emptied',
      breaks: 'DIRTY',
      why: 'what is stored in between is neither in the copy nor marked',
      agents: {
        monitor: {
          ...monitor(testAndClear),
          *run(m, s) {
            const [frame] = s.page.frames;
            const dirty = yield* testAndClear(m, s);
            if (dirty && frame !== undefined) yield* copyOut(frame);
            yield* sync(s);
          },
        },
      },
    },
  },
});
