import { addrOf, ptepOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type AgentSpec, type Machine, MessageQueue, type Scenario, SvaDevice } from '@racewalk/machine';
import { defineScenario, freePage, returns } from '@racewalk/mm';
import { type OnePage, onePage } from '../setup.js';

interface S extends OnePage {
  readonly device: SvaDevice;
  readonly queue: MessageQueue;
}

/** Empty the entry, flush the CPUs, and ask the IOMMU to invalidate. */
function* unmaps(m: Machine, { mm, vma, queue }: S): Step<void> {
  yield* m.pte.ptepGetAndClear(mm, addrOf(vma.start), ptepOf(vma, vma.start));
  yield* m.tlb.flushTlbPage(vma, addrOf(vma.start));
  yield* queue.post(m);
}

const remove: AgentSpec<S> = {
  cpu: 0,
  role: 'kernel',
  note: 'waits, then frees',
  *run(m, s) {
    yield* unmaps(m, s);
    yield* s.queue.wait(m);
    yield* freePage(m, s.folio.frames[0]!);
    yield* m.completes('unmapped', s.vma);
  },
};

/** An IOMMU takes invalidations from a queue: they are done when a wait descriptor behind them is. */
export const iommuQueue: Scenario = defineScenario<S>({
  id: 'switch/iommu-queue',
  title: 'A page is freed while its invalidation is in the queue of an IOMMU',
  source: 'XSA-346, CVE-2020-27671; Linux 6.12 drivers/iommu/intel/dmar.c',
  about:
    'A page that a device uses is unmapped: the entry is cleared, the CPUs are flushed, and an invalidation for the device goes into the queue of the IOMMU. When may the page be freed? When the queue has come to a wait descriptor behind it. Xen put the wait off to the end of a longer operation, and freed pages meanwhile. The flush of the CPUs does not help: the device has a TLB of its own.',
  invariants: ['UAF'],
  params: { block: 1 },
  setup(w) {
    const page = onePage(w, 'mm');
    const device = new SvaDevice(w, page.vma, 'device');
    const range = { mm: page.mm, start: page.vma.start, end: page.vma.end, event: 'unmap' } as const;
    const perform = (): Step<void> => device.invalidateSecondaryTlbs(range);
    return {
      ...page,
      device,
      queue: new MessageQueue(w, 'queue', { kinds: [{ name: 'dev-IOTLB', perform }] }),
    };
  },
  agents: {
    remove,
    device: {
      cpu: 9,
      role: 'device',
      note: 'reads twice',
      *run(m: Machine, { device }) {
        if (yield* device.access(m, 0, 'load', returns(null)))
          yield* device.access(m, 0, 'load', returns(null));
      },
    },
    iommu: { cpu: 8, role: 'device', daemon: true, note: 'queue', run: (m, { queue }) => queue.serve(m) },
  },
  mutants: {
    'freed-first': {
      what: 'the page is freed, and the queue waited for afterwards',
      breaks: 'UAF',
      why: 'the device has the translation until the invalidation is done',
      agents: {
        remove: {
          ...remove,
          note: 'frees, then waits',
          *run(m, s) {
            yield* unmaps(m, s);
            yield* freePage(m, s.folio.frames[0]!);
            yield* s.queue.wait(m);
            yield* m.completes('unmapped', s.vma);
          },
        },
      },
    },
    'not-waited-for': {
      what: 'nobody waits for the queue',
      breaks: 'UAF',
      why: 'that an invalidation is in the queue says nothing',
      agents: {
        remove: {
          ...remove,
          note: 'frees, never waits',
          *run(m, s) {
            yield* unmaps(m, s);
            yield* freePage(m, s.folio.frames[0]!);
            yield* m.completes('unmapped', s.vma);
          },
        },
      },
    },
  },
});
