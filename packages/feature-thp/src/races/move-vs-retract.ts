import type { PteWord } from '@racewalk/core';
import type { Patch, Ptdesc, Scenario, World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { type Area, area } from '../setup.js';

interface Moving extends Area {
  readonly to: Area;
}

function setup(w: World): Moving {
  const mapping = w.addressSpace('file');
  const made = area(w, { mapping, name: 'old' });
  const to = area(w, { name: 'new', leads: 'none' });
  return { ...made, to };
}

/** What a mover has seen before it had the locks. */
interface Seen {
  firstLook?: PteWord;
}

declare module '@racewalk/machine/kernel' {
  interface TaskStruct extends Seen {}
}

/** What was read before the lock is what is moved. */
const trustsFirstLook: Patch = {
  *pmdpGetLockless(m, pmdp) {
    const pmd = yield* m.pmd.pmdpGetLockless(pmdp);
    m.current.firstLook ??= pmd;
    return pmd;
  },
  *pmdpGet(m, pmdp) {
    return m.current.firstLook ?? (yield* m.pmd.pmdpGet(pmdp));
  },
};

/** Reads under the lock, and does not ask what it has read: the frame that it names is a table. */
const movesNothing: Patch = {
  pmdPgtable: (m, pmd) => m.k.pmdPgtable(pmd) ?? ({ pfn: m.p.pmdPfn(pmd) } as Ptdesc),
};

/** Race C3. */
export const moveVsRetract: Scenario = defineScenario<Moving>({
  id: 'thp/move-vs-retract',
  title: 'mremap moves a table that khugepaged is just giving up',
  source: 'move_normal_pmd() and retract_page_tables(), CVE-2024-50066, Linux 6fa1066fc5d0 (6.12)',
  about:
    'mremap sees that an entry leads to a table, and decides to move the table whole. khugepaged, which comes by the reverse map and holds no mmap lock, takes the table away. Then mremap takes its locks. What it reads under them is empty: if it does not ask, the new address leads to frame 0. If it moves what it read before, the new address leads to a table that is freed.',
  invariants: ['ENC', 'PTUAF'],
  params: { pages: 1 },
  setup,
  agents: {
    khugepaged: {
      cpu: 0,
      role: 'kernel',
      note: 'retract_page_tables',
      *run(m, { vma }) {
        if (vma.mapping !== null) yield* m.k.retractPageTables(vma.mapping);
      },
    },
    mremap: {
      cpu: 1,
      role: 'kernel',
      note: 'mremap',
      *run(m, { vma, pmdp, to }) {
        yield* m.k.mmapWriteLock(vma.mm);
        if (m.k.pmdPgtable(yield* m.pmd.pmdpGetLockless(pmdp)) !== null)
          yield* m.k.moveNormalPmd(vma, pmdp, to.vma, to.pmdp);
        yield* m.k.mmapWriteUnlock(vma.mm);
      },
    },
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'moves-nothing': {
      what: 'what was read under the lock is moved, whatever it is: until 6.11',
      breaks: 'ENC',
      why: 'the table is gone, and the new entry leads to frame 0',
      patch: movesNothing,
      within: 'moveNormalPmd',
    },
    'trusts-first-look': {
      what: 'what was read before the lock is moved',
      breaks: 'PTUAF',
      why: 'khugepaged frees the table to which the new entry leads',
      patch: trustsFirstLook,
      only: ['mremap'],
    },
  },
});
