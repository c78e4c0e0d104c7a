import { addrOf, ptepOf, type Vma } from '@racewalk/core';
import { type AgentSpec, type Scenario, SvaDevice, type World } from '@racewalk/machine';
import { defineScenario, type Folio, freePage, linux } from '@racewalk/mm';
import { deviceLoads } from './loads.js';

interface Ats {
  readonly vma: Vma;
  readonly page: Folio;
  readonly device: SvaDevice;
}

/** A device asks an IOMMU for translations, and both keep them. */
function setup(w: World): Ats {
  const vma = w.vma({ pages: 1 });
  const page = linux(w).folio({ pages: 1 });
  linux(w).mapFolio(vma, page, { young: true, dirty: true });
  return { vma, page, device: new SvaDevice(w, vma, 'device', { iotlb: true }) };
}

const unmap: AgentSpec<Ats> = {
  cpu: 0,
  role: 'kernel',
  note: 'unmaps the page and frees it',
  *run(m, { vma, page, device }) {
    yield* m.pte.ptepClearFlush(vma, addrOf(vma.start), ptepOf(vma, vma.start));
    // The device may ask again at any time: whatever answers it has to be empty by then.
    yield* device.invalidateIotlb(vma);
    yield* device.invalidateDeviceTlb(vma);
    yield* freePage(m, page.frames[0]!);
  },
};

/** G6. */
export const atsOrder: Scenario = defineScenario<Ats>({
  id: 'sva/ats-order',
  title: 'The TLB of a device is emptied before the cache that fills it',
  source: 'Intel VT-d 6.5.2.5; SMMUv3 (IHI 0070) 3.9.1: IOTLB first, then the device',
  about:
    'A device keeps translations that an IOMMU has given it, and the IOMMU keeps them, too. A page is unmapped, and both are invalidated. Does the order matter? Yes: a device that is emptied first asks again, gets the old translation from the IOMMU, and keeps it.',
  invariants: ['UAF'],
  params: { block: 1 },
  setup,
  agents: {
    kernel: unmap,
    device: {
      cpu: 1,
      role: 'device',
      note: 'loads twice',
      *run(m, { device }) {
        yield* deviceLoads(m, device, 2);
      },
    },
  },
  mutants: {
    'device-first': {
      what: 'the device is invalidated before the IOMMU',
      breaks: 'UAF',
      why: 'it asks again in between, and gets what the IOMMU still has',
      agents: {
        kernel: {
          ...unmap,
          *run(m, { vma, page, device }) {
            yield* m.pte.ptepClearFlush(vma, addrOf(vma.start), ptepOf(vma, vma.start));
            yield* device.invalidateDeviceTlb(vma);
            yield* device.invalidateIotlb(vma);
            yield* freePage(m, page.frames[0]!);
          },
        },
      },
    },
  },
});
