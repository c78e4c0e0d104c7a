/** What synchronises: an exception and its return, an answered interrupt, a grace period. */
import { addrOf, ptepOf } from '@racewalk/core';
import { read, write } from '@racewalk/core/step';
import { type AgentSpec, type Machine, type StepView, UserCpu, type World } from '@racewalk/machine';
import { addTo, defineScenario, linux } from '@racewalk/mm';

const base = { title: 'synchronisation', source: 'Intel SDM 3A, Store Buffer', params: {} };

function onePage(w: World) {
  const vma = w.vma({ pages: 1 });
  linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }), { write: false, young: true });
  return { vma, faults: w.word('faults'), ptep: ptepOf(vma, vma.start) };
}
type Page = ReturnType<typeof onePage>;

/** A handler makes the page writable and returns: the access does not fault again. */
export const iret = defineScenario<Page>({
  ...base,
  id: 'truth/iret',
  about: 'a handler that made the page writable is not called again',
  invariants: ['LIVE'],
  less: [
    {
      hardware: 'staleRefusals',
      why: 'a TLB that still refuses faults once more, rightly; the question is the store buffer',
    },
  ],
  setup: onePage,
  agents: {
    user: {
      cpu: 1,
      role: 'user',
      *run(m, s) {
        yield* new UserCpu(m, s.vma, {
          *onFault(m2: Machine) {
            yield* addTo(s.faults, 1, { op: 'count' });
            yield* m2.pteOffsetMapLock(s.vma.table);
            const now = yield* m2.pte.ptepGet(s.ptep);
            const { v } = m2;
            yield* m2.pte.setPteAt(s.vma.mm, addrOf(s.ptep.vpn), s.ptep, v.pteMkdirty(v.pteMkwrite(now)));
            yield* m2.pteUnmapUnlock(s.vma.table);
            return 'retry' as const;
          },
        }).store(0);
      },
    },
  },
  finally(_w, s, view, faults) {
    if (view.get(s.faults) !== 1) faults.fail('LIVE', `faulted ${view.get(s.faults)} times`);
  },
  mutants: {
    twice: {
      what: 'counts twice',
      breaks: 'LIVE',
      why: 'the count is looked at',
      agents: {
        user: {
          cpu: 1,
          role: 'user',
          *run(_m, s) {
            yield* addTo(s.faults, 2, { op: 'count' });
          },
        },
      },
    },
  },
});

function twoWords(w: World) {
  w.contexts.track(0);
  w.contexts.track(1);
  return { x: w.word('x'), y: w.word('y'), r1: w.word('r1', 9), r2: w.word('r2', 9) };
}
type Words = ReturnType<typeof twoWords>;

const bothMissed = (_w: unknown, s: Words, view: StepView, faults: { fail(a: string, b: string): void }) => {
  if (view.get(s.r1) === 0 && view.get(s.r2) === 0) faults.fail('MISS', 'both sides missed each other');
};

/** The slow side: its store, what orders it, its load. */
const slow = (order: (m: Machine) => Generator<undefined, void, number>): AgentSpec<Words> => ({
  cpu: 0,
  role: 'kernel',
  *run(m, s) {
    yield* write(s.y, 1, 'y');
    yield* order(m);
    yield* write(s.r2, yield* read(s.x, 'x'), 'r2');
  },
});
function* nothing(): Generator<undefined, void, number> {}

/** An answered IPI is a full barrier of the CPU that answers: membarrier(). */
export const ipi = defineScenario<Words>({
  ...base,
  id: 'truth/ipi',
  about: 'a store before the answered IPI is seen after it',
  invariants: ['MISS'],
  setup: twoWords,
  agents: {
    fast: {
      cpu: 1,
      role: 'kernel',
      *run(_m, s) {
        yield* write(s.x, 1, 'x');
        yield* write(s.r1, yield* read(s.y, 'y'), 'r1');
      },
    },
    slow: slow((m) => m.k.smpCallFunction('barrier')),
  },
  finally: bothMissed,
  mutants: {
    none: {
      what: 'no interrupt',
      breaks: 'MISS',
      why: 'stores wait in store buffers',
      unless: (a) => (a.memory === 'sc' ? 'sequentially consistent' : null),
      agents: { slow: slow(nothing) },
    },
  },
});

/** What a read section stored is seen after the grace period that waited for it. */
export const rcu = defineScenario<Words>({
  ...base,
  id: 'truth/rcu',
  about: 'a reader that did not see the store is waited for, with what it stored',
  invariants: ['MISS'],
  setup: twoWords,
  agents: {
    fast: {
      cpu: 1,
      role: 'kernel',
      *run(m, s) {
        yield* m.k.rcuReadLock();
        const y = yield* read(s.y, 'y');
        yield* write(s.x, 1, 'x');
        yield* m.k.rcuReadUnlock();
        yield* write(s.r1, y, 'r1');
      },
    },
    slow: slow((m) => m.k.synchronizeRcu()),
  },
  finally: bothMissed,
  mutants: {
    none: {
      what: 'no grace period',
      breaks: 'MISS',
      why: 'the reader may be between its load and its store',
      agents: { slow: slow(nothing) },
    },
  },
});

function pageAndWords(w: World) {
  const vma = w.vma({ pages: 1 });
  linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }), { young: true });
  return { vma, ...twoWords(w) };
}
type PageAndWords = ReturnType<typeof pageAndWords>;

/** A TLB flush that interrupts is such a barrier; one that the hypervisor makes for the guest is none. */
export const flushIpi = defineScenario<PageAndWords>({
  ...base,
  id: 'truth/flush-ipi',
  about: 'a store before the flush IPI is seen after the flush',
  invariants: ['MISS'],
  setup: pageAndWords,
  agents: {
    fast: {
      cpu: 1,
      role: 'user',
      *run(_m, s) {
        yield* write(s.x, 1, 'x');
        yield* write(s.r1, yield* read(s.y, 'y'), 'r1');
      },
    },
    slow: slow(nothing),
  },
  finally: bothMissed,
  mutants: {
    flush: {
      what: 'flushes in between',
      breaks: 'MISS',
      why: 'never: the flush orders',
      agents: {
        slow: {
          cpu: 0,
          role: 'kernel',
          *run(m, s) {
            yield* write(s.y, 1, 'y');
            yield* m.tlb.flushTlbPage(s.vma, addrOf(s.vma.start));
            yield* write(s.r2, yield* read(s.x, 'x'), 'r2');
          },
        },
      },
    },
  },
});
