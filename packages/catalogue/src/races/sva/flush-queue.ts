import { PTE_ZERO, ptepOf, type Vma } from '@racewalk/core';
import { type Cell, read, type Step, write } from '@racewalk/core/step';
import {
  type AgentSpec,
  type Machine,
  nothing,
  REASONS,
  type Scenario,
  SvaDevice,
  type World,
} from '@racewalk/machine';
import { defineScenario, type Folio, freePage, linux } from '@racewalk/mm';
import { change } from '../words.js';

interface Queue {
  readonly iova: Vma;
  readonly page: Folio;
  readonly device: SvaDevice;
  /** Flushes that have begun, and that have ended. @kernel fq_flush_start_cnt, fq_flush_finish_cnt */
  readonly started: Cell;
  readonly finished: Cell;
  /** 1 + flushes that had begun when the page was queued; 0 while the queue is empty. @kernel iova_fq_entry::counter */
  readonly entry: Cell;
  readonly lock: Cell;
}

/** A page that a device may reach, by tables that no CPU has loaded. */
function setup(w: World): Queue {
  const iova = w.vma({ pages: 1, name: 'iova', mm: w.mm('domain', false) });
  const page = linux(w).folio({ pages: 1, refcount: 1, mapcount: 0 });
  w.mapFrames(iova, page, { young: true, dirty: true });
  const [started, finished] = [w.word('fq_flush_start_cnt'), w.word('fq_flush_finish_cnt')];
  const device = new SvaDevice(w, iova, 'nic');
  return { iova, page, device, started, finished, entry: w.word('fq'), lock: w.lock('fq.lock') };
}

/** Flush, and count before and after. @kernel fq_flush_iotlb */
function* flushIotlb({ iova, device, started, finished }: Queue): Step<void> {
  yield* change(started, (n) => n + 1, 'fq_flush_start_cnt');
  yield* device.invalidateSecondaryTlbs({ event: 'clear', mm: iova.mm, start: iova.start, end: iova.end });
  yield* change(finished, (n) => n + 1, 'fq_flush_finish_cnt');
}

/** What was queued is free. */
function* freeQueued(m: Machine, { page }: Queue): Step<void> {
  for (const frame of page.frames) yield* freePage(m, frame);
}

const timer: AgentSpec<Queue> = {
  cpu: 1,
  role: 'kernel',
  note: 'flushes, and frees what was queued',
  *run(m, s) {
    yield* flushIotlb(s);
    yield* m.lock(s.lock);
    const queued = yield* read(s.entry, 'fq');
    const ended = yield* read(s.finished, 'fq_flush_finish_cnt');
    if (queued !== 0 && queued - 1 < ended) yield* freeQueued(m, s);
    yield* m.unlock(s.lock);
  },
};

/** H8. */
export const flushQueue: Scenario = defineScenario<Queue>({
  id: 'sva/flush-queue',
  title: 'A page is queued for a flush of the IOMMU that has already begun',
  source:
    'iova flush queue, drivers/iommu/iova.c (4.14); fq_ring_free(), drivers/iommu/dma-iommu.c, Linux 6.12',
  about:
    'Unmappings of a device are queued, and a timer flushes the IOMMU once for many. What may be freed after a flush? Only what was queued before the flush began, and unmapped for all to see before it was queued: smp_mb() stands in between. An unmapping that is queued while the flush is under way may have been missed by it.',
  invariants: ['UAF'],
  memory: 'weak',
  params: { block: 1 },
  assumes: 'the tables are those of an IOMMU, which no CPU loads',
  setup,
  agents: {
    unmap: {
      cpu: 0,
      role: 'kernel',
      note: 'unmaps, and queues',
      *run(m, { iova, started, entry, lock }) {
        // drivers/iommu/io-pgtable-arm.c, __arm_lpae_clear_pte(): a plain store.
        yield* m.entries.writeOnce(ptepOf(iova, iova.start), PTE_ZERO, 'iommu_unmap');
        yield* m.k.smpMb();
        yield* m.lock(lock);
        yield* write(entry, 1 + (yield* read(started, 'fq_flush_start_cnt')), 'queue_iova');
        yield* m.unlock(lock);
      },
    },
    timer,
    device: {
      cpu: 2,
      role: 'device',
      note: 'loads twice',
      *run(m, { device }) {
        const load = () =>
          device.access(m, 0, 'load', function* () {
            yield* nothing();
            return null;
          });
        if (yield* load()) yield* load();
      },
    },
  },
  mutants: {
    'no-barrier': {
      what: 'queue_iova() has no smp_mb() before it asks which flushes have begun',
      breaks: 'UAF',
      why: 'the cleared entry is still on its way: a flush that begins later does not see it, and the page is freed behind it',
      unless: REASONS.storesInOrder,
      patch: { smpMb: nothing },
    },
    'asks-not-when': {
      what: 'whatever is in the queue after a flush is freed',
      breaks: 'UAF',
      why: 'it was queued after the device had been flushed',
      agents: {
        timer: {
          ...timer,
          *run(m, s) {
            yield* flushIotlb(s);
            yield* m.lock(s.lock);
            if ((yield* read(s.entry, 'fq')) !== 0) yield* freeQueued(m, s);
            yield* m.unlock(s.lock);
          },
        },
      },
    },
  },
});
