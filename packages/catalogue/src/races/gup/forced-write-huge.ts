import { addrOf, type Ptep, type Vma } from '@racewalk/core';
import type { Patch, Scenario, World } from '@racewalk/machine';
import {
  defineScenario,
  FOLL_FORCE,
  FOLL_GET,
  FOLL_TOUCH,
  hugeZeroPage,
  linux,
  spareHugePages,
  spareTables,
  upperLevel,
} from '@racewalk/mm';
import { forcedWriter } from '../agents.js';

interface Mapped {
  readonly vma: Vma;
  readonly pmdp: Ptep;
}

/** A read-only anonymous area in which huge pages may be mapped; nothing is mapped yet. */
function setup(w: World): Mapped {
  const vma = w.vma({ pages: 1, prot: { read: true, write: false } });
  const { pmdp } = upperLevel(w, vma, { leads: 'none' });
  const huge = (name: string) => linux(w).folio({ name, pages: 1, huge: true, refcount: 1, mapcount: 0 });
  hugeZeroPage(w, huge('huge zero page'));
  spareHugePages(w, 0, [huge('copy'), huge('another copy')]);
  spareHugePages(w, 1, []);
  spareTables(w, 0, [w.pmds.spare(vma), w.pmds.spare(vma)]);
  spareTables(w, 1, [w.pmds.spare(vma)]);
  return { vma, pmdp };
}

/** A dirty entry proves the copy. */
const dirtyProves: Patch = {
  // biome-ignore lint/correctness/useYield: nothing is read
  *canFollowWritePmd(m, pmd, _page, flags) {
    return m.p.pmdWrite(pmd) || ((flags & FOLL_FORCE) !== 0 && m.p.pmdDirty(pmd));
  },
};

/** Any touch makes the entry dirty. */
const touchDirties: Patch = {
  *touchPmd(m, vma, pmdp, pmd) {
    const entry = m.p.pmdMkdirty(m.p.pmdMkyoung(pmd));
    yield* m.pmd.pmdpSetAccessFlags(vma, addrOf(vma.start), pmdp, entry, true);
  },
};

/** Race E2. */
export const forcedWriteHuge: Scenario = defineScenario<Mapped>({
  id: 'gup/forced-write-huge',
  title: 'A forced write to a huge page, and MADV_DONTNEED with a read behind it',
  source: 'CVE-2017-1000405, Linux a8f97366452e (4.15); can_follow_write_pmd(), Linux 6.12',
  about:
    'A forced write has a huge page made, read-only and dirty, and then looks for it. From 4.9 on a dirty entry was the proof that it is the copy. MADV_DONTNEED throws the copy away; a reader maps the zero page, and the touch of a read made its entry dirty as well. So the forced write took the zero page, which every process reads, for its copy. What serves as proof must be set by nothing else. Today the page itself says that it is exclusive.',
  assumes: 'nothing is mapped at the start',
  invariants: ['OWN', 'UAF'],
  params: { pages: 1 },
  setup,
  agents: {
    gup: forcedWriter,
    other: {
      cpu: 1,
      role: 'kernel',
      note: 'MADV_DONTNEED, then a read',
      *run(m, { vma }) {
        const tlb = yield* m.k.tlbGatherMmu(vma.mm);
        yield* m.k.zapPmdRange(tlb, vma);
        yield* m.k.tlbFinishMmu(tlb);
        yield* m.k.__getUserPages(vma, vma.start, FOLL_GET | FOLL_TOUCH);
      },
    },
  },
  linux: { '6.12': 'upstream' },
  mutants: {
    'touch-dirties': {
      what: 'a dirty entry is the proof, and a touch for reading makes it dirty: until 4.14',
      breaks: 'OWN',
      why: 'the dirty entry maps the zero page',
      patch: { ...dirtyProves, ...touchDirties },
    },
  },
  holds: {
    'dirty-proves': {
      what: 'a dirty entry is the proof, and only a write makes it dirty: 4.15 to 5.19',
      why: 'the entry of the zero page stays clean',
      patch: dirtyProves,
    },
  },
});
