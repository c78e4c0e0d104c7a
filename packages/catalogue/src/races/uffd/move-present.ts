import { type Ptep, ptepOf, type Vma } from '@racewalk/core';
import { REASONS, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, type Folio, linux } from '@racewalk/mm';

interface Moved {
  readonly src: Vma;
  readonly dst: Vma;
  readonly folio: Folio;
  readonly from: Ptep;
  readonly to: Ptep;
}

function setup(w: World): Moved {
  const src = w.vma({ pages: 1, name: 'src' });
  const dst = w.vma({ pages: 1, start: 0x40, name: 'dst', mm: src.mm });
  const folio = linux(w).folio({ pages: 1 });
  linux(w).mapFolio(src, folio);
  return { src, dst, folio, from: ptepOf(src, src.start), to: ptepOf(dst, dst.start) };
}

/** G9. */
export const movePresent: Scenario = defineScenario<Moved>({
  id: 'uffd/move-present',
  title: 'UFFDIO_MOVE moves a page while a thread stores to it',
  source: 'move_present_pte(), mm/userfaultfd.c, Linux 6.8',
  about:
    'UFFDIO_MOVE takes a page from one address and puts it at another while a thread stores through the first. The entry of the source is cleared and flushed, and that of the destination is made of what the exchange returned, as hardware may set dirty up to then. Made of an earlier look, it forgets a store. Without the flush, the thread goes on storing through the source into a page that lies elsewhere.',
  invariants: ['DIRTY', 'STALE'],
  params: {},
  setup,
  agents: {
    move: {
      cpu: 0,
      role: 'kernel',
      note: 'UFFDIO_MOVE; the folio is locked and nobody else maps it',
      *run(m, { src, dst, folio, from, to }) {
        yield* m.k.movePresentPte({ vma: dst, ptep: to }, { vma: src, ptep: from }, folio);
        yield* m.completes('unmapped', src);
      },
    },
    user: {
      cpu: 1,
      role: 'user',
      note: 'stores to the source',
      *run(m, { src }) {
        yield* new UserCpu(m, src).store(0);
      },
    },
  },
  mutants: {
    'made-of-an-early-read': {
      what: 'the destination is made of what was read before the source was cleared',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty between the read and the exchange',
      unless: REASONS.softwareDirty,
      patch: {
        *ptepClearFlush(m, vma, addr, ptep) {
          const early = yield* m.pte.ptepGet(ptep);
          yield* m.pte.ptepClearFlush(vma, addr, ptep);
          return early;
        },
      },
    },
    'no-flush': {
      what: 'the source is cleared and not flushed',
      breaks: ['STALE', 'DIRTY'],
      why: 'a thread goes on through the source when the call has returned',
      patch: {
        *ptepClearFlush(m, vma, addr, ptep) {
          return yield* m.pte.ptepGetAndClear(vma.mm, addr, ptep);
        },
      },
    },
  },
});
