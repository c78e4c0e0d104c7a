import { addrOf, PTE_ZERO, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import {
  type AgentSpec,
  Directory,
  freeTable,
  type Machine,
  type Scenario,
  SvaDevice,
  type World,
} from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';
import { deviceLoads } from './loads.js';

interface Shared {
  readonly vma: Vma;
  readonly pmd: Directory;
  readonly sva: SvaDevice;
}

/** A device walks the tables that the CPUs walk, from the level above. */
function setup(w: World): Shared {
  const vma = w.vma({ pages: 1 });
  linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }), { young: true, dirty: true });
  const pmd = new Directory(w, [vma], { name: 'pmd' });
  return { vma, pmd, sva: new SvaDevice(w, vma, 'sva', { root: pmd }) };
}

/** Empty the entry above the table, and tell the CPUs. */
function* clearsAbove(m: Machine, { vma, pmd }: Shared): Step<void> {
  yield* m.entries.xchg(pmd.ptep(), PTE_ZERO, 'pmd_clear');
  yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
}

const freesTable = (m: Machine, { vma }: Shared): Step<void> =>
  freeTable(m, m.world.directories.tableOf(m.world, vma));

const frees: AgentSpec<Shared> = {
  cpu: 0,
  role: 'kernel',
  note: 'pmd_clear, pte_free',
  *run(m, s) {
    const { mm, start, end } = s.vma;
    yield* clearsAbove(m, s);
    yield* s.sva.invalidateSecondaryTlbs({ event: 'clear', mm, start, end });
    yield* freesTable(m, s);
  },
};

/** G5. */
export const deviceWalkCache: Scenario = defineScenario<Shared>({
  id: 'sva/walk-cache',
  title: 'A table is freed while the walk cache of a device leads to it',
  source: 'CVE-2025-71089 (SVA and tables of the kernel); Intel VT-d 6.2.5, 6.5.2.3 (IH)',
  about:
    'A device with shared virtual addresses walks the tables of the CPUs, and remembers the way. The kernel empties the entry above a table, flushes the CPUs and frees the table. Can the device still walk in it? Yes, unless the device was told as well, and told of more than leaves: no flush of the CPUs reaches its walk cache.',
  invariants: ['PTUAF'],
  params: { block: 1 },
  assumes: 'the tables are those that an operating system has made',
  setup,
  agents: {
    kernel: frees,
    device: {
      cpu: 1,
      role: 'device',
      note: 'loads',
      *run(m, { sva }) {
        yield* deviceLoads(m, sva);
      },
    },
  },
  mutants: {
    'cpus-only': {
      what: 'the CPUs are flushed, and nobody tells the device',
      breaks: 'PTUAF',
      why: 'the walk cache of the device has the way to the table',
      agents: {
        kernel: {
          ...frees,
          *run(m, s) {
            yield* clearsAbove(m, s);
            yield* freesTable(m, s);
          },
        },
      },
    },
    'leaves-only': {
      what: 'the device is told of leaves only',
      breaks: 'PTUAF',
      why: 'that leaves its walk cache as it is',
      agents: {
        kernel: {
          ...frees,
          *run(m, s) {
            yield* clearsAbove(m, s);
            yield* s.sva.invalidateLeaves(s.vma);
            yield* freesTable(m, s);
          },
        },
      },
    },
  },
});
