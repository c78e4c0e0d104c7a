import type { Mm, Ptep, Vma } from '@racewalk/core';
import type { Cell, Step } from '@racewalk/core/step';
import {
  type AgentSpec,
  Directory,
  type FaultHandler,
  invalidateOn,
  type Machine,
  nothing,
  type Scenario,
  TreeCpu,
  type World,
} from '@racewalk/machine';
import { defineScenario, followMms, linux } from '@racewalk/mm';

interface Halves {
  readonly area: Vma;
  readonly init: Directory;
  readonly own: Directory;
  readonly roots: ReadonlyMap<Mm, Directory>;
  readonly lock: Cell;
}

/** An area of the kernel whose table no root leads to yet. */
function setup(w: World): Halves {
  const spaces = followMms(w);
  const [mm, initMm] = [w.mm('mm'), w.mm('init_mm')];
  const area = w.vma({ mm: initMm, pages: 1, name: 'vmalloc', flags: { global: true } });
  w.mapFrames(area, linux(w).folio({ pages: 1, refcount: 1, mapcount: 0 }), { young: true, dirty: true });
  const root = (name: string, of: Mm): Directory =>
    new Directory(w, [{ for: area, leads: null }], { name, mm: of, kernel: true });
  const [init, own] = [root('init_pgd', initMm), root('pgd', mm)];
  spaces.starts(0, initMm);
  spaces.starts(1, mm);
  const roots = new Map([
    [initMm, init],
    [mm, own],
  ]);
  return { area, init, own, roots, lock: w.lock('vmap_area_lock') };
}

/** Enter the table in the root of the kernel. */
const populates = (m: Machine, { area, init }: Halves): Step<void> =>
  m.entries.writeOnce(init.ptep(), init.leadTo(area), 'pgd_populate');

/** Enter it in the root of the process. */
const syncs = (m: Machine, { area, init, own }: Halves): Step<void> =>
  m.entries.writeOnce(own.ptep(), init.leadTo(area), 'set_pgd');

/** A CPU may remember that nothing was there. */
function* fences(m: Machine, { area }: Halves): Step<void> {
  if (m.arch.has('negativeCaching'))
    yield* invalidateOn(m, [0, 1], { vma: area }, { op: 'flush_cache_vmap' });
}

/** vmalloc, as far as the roots are concerned; then the address is given away. */
const mapper: AgentSpec<Halves> = {
  cpu: 0,
  role: 'kernel',
  note: 'vmalloc: a new table below the roots',
  *run(m, s) {
    yield* m.lock(s.lock);
    yield* populates(m, s);
    yield* syncs(m, s);
    yield* fences(m, s);
    yield* m.unlock(s.lock);
  },
};

/** The same, for the root of the kernel alone. */
const kernelRootOnly: AgentSpec<Halves> = {
  ...mapper,
  *run(m, s) {
    yield* m.lock(s.lock);
    yield* populates(m, s);
    yield* fences(m, s);
    yield* m.unlock(s.lock);
  },
};

const reader = (onUpperFault?: FaultHandler): AgentSpec<Halves> => ({
  cpu: 1,
  role: 'kernel',
  note: 'uses the address, on the root of a process',
  *run(m, { area, init, roots, lock }) {
    yield* m.lock(lock);
    const given = yield* m.entries.readOnce(init.ptep(), 'is it there');
    yield* m.unlock(lock);
    if (m.v.pteNone(given)) return;
    yield* new TreeCpu(m, roots, area, { kernel: true, ...(onUpperFault && { onUpperFault }) }).load(0);
  },
});

/** @kernel vmalloc_fault */
const copies: FaultHandler = function* (m, { ptep, vma }) {
  const [init] = m.world.directories.all;
  const from: Ptep = init?.ptep() ?? ptep;
  yield* m.entries.writeOnce(ptep, yield* m.entries.readOnce(from, 'pgd_offset_k'), 'set_pgd');
  yield* invalidateOn(m, [m.cpu], { vma });
  return 'retry';
};

/** G3. */
export const kernelHalf: Scenario = defineScenario<Halves>({
  id: 'tables/kernel-half',
  title: 'A new table of the kernel, and the roots of processes',
  source: 'vmalloc_sync_all(), vmalloc_fault(), Linux 3f8fd02b1bf1 (5.3); arch/riscv, 7d3332be011e (6.6)',
  about:
    'Every address space has entries of its own for the half of the kernel. vmalloc makes a table and enters it in the root of the kernel. Does a CPU that has another root reach it? Only if the roots are told before the address is given away, or if a fault copies the entry. Where invalid entries are cached, the roots are not enough: a fence is needed besides.',
  invariants: ['STALE'],
  params: { block: 1 },
  assumes: 'the roots are those that an operating system has made',
  setup,
  agents: { mapper, reader: reader() },
  mutants: {
    'no-sync': {
      what: 'only the root of the kernel gets the entry',
      breaks: 'STALE',
      why: 'the CPU walks from the root of the process, and faults where nobody helps',
      agents: { mapper: kernelRootOnly },
    },
    'no-fence': {
      what: 'the roots are told, and nobody fences',
      breaks: 'STALE',
      why: 'the CPU remembers that the entry was empty',
      unless: (arch) => (arch.has('negativeCaching') ? null : 'that an entry was empty is not cached'),
      agents: {
        mapper: {
          ...mapper,
          *run(m, s) {
            yield* m.lock(s.lock);
            yield* populates(m, s);
            yield* syncs(m, s);
            yield* m.unlock(s.lock);
          },
        },
      },
    },
    'helps-nobody': {
      what: 'the handler of the fault believes that the roots are alike',
      breaks: 'LIVE',
      why: 'it changes nothing, and the CPU faults again',
      agents: {
        mapper: kernelRootOnly,
        reader: reader(function* () {
          yield* nothing();
          return 'retry';
        }),
      },
    },
  },
  holds: {
    'by-fault': {
      what: 'the fault copies the entry from the root of the kernel',
      why: 'the CPU that needs it gets it when it needs it',
      agents: { mapper: kernelRootOnly, reader: reader(copies) },
    },
  },
});
