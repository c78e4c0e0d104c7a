import { addrOf, ptepOf, type Vma } from '@racewalk/core';
import { type Cell, read, type Step, write } from '@racewalk/core/step';
import { type AgentSpec, type Machine, type Scenario, SvaDevice, type World } from '@racewalk/machine';
import { defineScenario, type Folio, freePage, linux } from '@racewalk/mm';
import { deviceLoads } from './loads.js';

interface Attached {
  readonly vma: Vma;
  readonly page: Folio;
  /** How many devices use the address space. @kernel mm_context_t::copros */
  readonly copros: Cell;
  readonly device: SvaDevice;
}

function setup(w: World): Attached {
  const vma = w.vma({ pages: 1 });
  const page = linux(w).folio({ pages: 1 });
  linux(w).mapFolio(vma, page, { young: true, dirty: true });
  return { vma, page, copros: w.word('mm.copros'), device: new SvaDevice(w, vma, 'npu') };
}

/** Empty the entry, and flush the CPUs. */
function* clearEntry(m: Machine, { vma }: Attached): Step<void> {
  yield* m.pte.ptepGetAndClear(vma.mm, addrOf(vma.start), ptepOf(vma, vma.start));
  yield* m.tlb.flushTlbPage(vma, addrOf(vma.start));
  yield* m.k.smpMb();
}

/** Tell the device, if there is one, and free the page. */
function* tellAndFree(m: Machine, { vma, page, device }: Attached, used: number): Step<void> {
  const { mm, start, end } = vma;
  if (used !== 0) yield* device.invalidateSecondaryTlbs({ event: 'clear', mm, start, end });
  for (const frame of page.frames) yield* freePage(m, frame);
}

const kernel: AgentSpec<Attached> = {
  cpu: 0,
  role: 'kernel',
  note: 'unmaps a page, flushes who uses it, frees it',
  *run(m, s) {
    yield* clearEntry(m, s);
    yield* tellAndFree(m, s, yield* read(s.copros, 'copros'));
  },
};

function* loadTwice(m: Machine, device: SvaDevice): Step<void> {
  yield* m.k.smpMb();
  yield* deviceLoads(m, device, 2);
}

const npu: AgentSpec<Attached> = {
  cpu: 1,
  role: 'device',
  note: 'attaches, then loads twice',
  *run(m, { copros, device }) {
    yield* write(copros, 1, 'mm_context_add_copro');
    yield* loadTwice(m, device);
  },
};

/** H3. */
export const attach: Scenario = defineScenario<Attached>({
  id: 'sva/attach',
  title: 'A device attaches to an address space while a page is unmapped',
  source: 'Linux 03b8abedf4f4 (4.14), cxl; mm_context_add_copro(), arch/powerpc/include/asm/mmu_context.h',
  about:
    'Invalidations are kept to the CPUs as long as no device uses the address space. A device attaches: it is counted, and then walks. An unmap empties the entry, and then looks at the count. Whatever the order, one of the two sees the other. If the device is not counted, or the count is looked at before the entry is empty, the device keeps a page that is free.',
  invariants: ['UAF'],
  params: { block: 1 },
  setup,
  agents: { kernel, device: npu },
  mutants: {
    'not-counted': {
      what: 'the device is not counted',
      breaks: 'UAF',
      why: 'the invalidation stays with the CPUs',
      agents: {
        device: {
          ...npu,
          *run(m, { device }) {
            yield* loadTwice(m, device);
          },
        },
      },
    },
    'looks-first': {
      what: 'the kernel looks at the count before it empties the entry',
      breaks: 'UAF',
      why: 'the device attaches in between, and walks an entry that is still there',
      agents: {
        kernel: {
          ...kernel,
          *run(m, s) {
            const used = yield* read(s.copros, 'copros');
            yield* clearEntry(m, s);
            yield* tellAndFree(m, s, used);
          },
        },
      },
    },
  },
});
