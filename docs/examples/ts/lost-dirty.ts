import { addrOf, ptepOf } from '@racewalk/core';
import { REASONS, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, linux } from '@racewalk/mm';

/** One anonymous page. mapFolio maps it clean and old; { young: true, dirty: true } behind the folio says otherwise. */
function setup(w: World) {
  const vma = w.vma({ pages: 1 });
  const folio = linux(w).folio({ pages: 1 });
  linux(w).mapFolio(vma, folio);
  return { vma, folio, ptep: ptepOf(vma, vma.start) };
}

export const lostDirty = defineScenario<ReturnType<typeof setup>>({
  id: 'mine/lost-dirty',
  title: 'Clearing an entry against a store',
  source: 'docs/first-race.md',
  about: 'Is a store lost if an entry is cleared while another CPU stores through it?',
  invariants: ['DIRTY'],
  params: {},
  setup,
  agents: {
    kernel: {
      cpu: 0,
      role: 'kernel',
      *run(m, { vma, folio, ptep }) {
        yield* m.pteOffsetMapLock(vma.table);
        const pte = yield* m.pte.ptepGetAndClear(vma.mm, addrOf(vma.start), ptep);
        yield* m.pteUnmapUnlock(vma.table);
        if (m.v.pteDirty(pte)) yield* m.k.folioMarkDirty(folio);
      },
    },
    user: {
      cpu: 1,
      role: 'user',
      *run(m, { vma }) {
        yield* new UserCpu(m, vma).store(0);
      },
    },
  },
  mutants: {
    'read-then-clear': {
      what: 'the entry is read and cleared in two steps',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty between the two',
      unless: REASONS.softwareDirty,
      patch: {
        *ptepGetAndClear(m, mm, addr, ptep) {
          const pte = yield* m.pte.ptepGet(ptep);
          yield* m.pte.pteClear(mm, addr, ptep);
          return pte;
        },
      },
    },
  },
});
