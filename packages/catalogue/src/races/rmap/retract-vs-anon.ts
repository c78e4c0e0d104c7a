import { type AddressSpace, ptepOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type Machine, nothing, type Scenario, type World } from '@racewalk/machine';
import { defineScenario, type Folio, followAnonVmas, linux, upperLevel } from '@racewalk/mm';

interface Private {
  readonly mapping: AddressSpace;
  readonly vma: Vma;
  readonly copy: Folio;
}

/** A private mapping of a file, with an empty table and no anonymous page yet. */
function setup(w: World): Private {
  const mapping = w.addressSpace('file');
  const vma = w.vma({ pages: 1, mapping });
  upperLevel(w, vma);
  const copy = linux(w).folio({ name: 'copy', pages: 1, refcount: 1, mapcount: 0 });
  followAnonVmas(w, { anonVmas: [], spare: 1, areas: [{ vma }], folios: [] });
  return { mapping, vma, copy };
}

/** A store to a page of the file: it gets a copy, as in do_cow_fault(). */
function* cowFault(m: Machine, { vma, copy }: Private): Step<void> {
  const [frame] = copy.frames;
  if (frame === undefined || !(yield* m.k.anonVmaPrepare(vma))) return;
  // Where the table has gone, the access faults again.
  yield* m.k.finishFault({ vma, ptep: ptepOf(vma, vma.start), access: 'store' }, frame, true);
}

/** H12. */
export const retractVsAnon: Scenario = defineScenario<Private>({
  id: 'rmap/retract-vs-anon',
  title: 'A table of a private mapping of a file is given up while a page of it is copied',
  source: 'Linux 023f47a8250c (6.2); retract_page_tables(), mm/khugepaged.c, Linux 6.12',
  about:
    'The pages of a file have become a huge one, and tables that map small ones are given up: faults find them again. Not so the pages of a private mapping that were copied: they are nowhere else. An area that has had such a page has an anon_vma, and is left out. The mmap lock is not held: a fault may make the anon_vma and put its page there after the look. So there has to be a second one, under the locks.',
  invariants: ['RMAP'],
  params: { pages: 1 },
  setup,
  agents: {
    khugepaged: {
      cpu: 0,
      role: 'kernel',
      note: 'gives tables of the file up',
      *run(m, { mapping }) {
        yield* m.k.retractPageTables(mapping);
      },
    },
    fault: {
      cpu: 1,
      role: 'kernel',
      note: 'copies a page',
      *run(m, s) {
        yield* cowFault(m, s);
      },
    },
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'looks-once': {
      what: 'no second look under the locks',
      breaks: 'RMAP',
      why: 'the copy was put into the table after the look: it counts as mapped, and nothing leads to it',
      patch: {
        *anonVmaCameMeanwhile() {
          yield* nothing();
          return false;
        },
      },
    },
  },
});
