/** What an observer must see without the author's help; each race is one fault, or one correct protocol beside it. */
import { addrOf, type InvariantCode, ptepOf } from '@racewalk/core';
import { atomic, type Step, write } from '@racewalk/core/step';
import { type AgentSpec, type Machine, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, freePage, linux } from '@racewalk/mm';

function twoFolios(w: World) {
  const vma = w.vma({ pages: 1 });
  const { folio, mapFolio } = linux(w);
  const old = folio({ name: 'old', pages: 1, refcount: 1, contents: [1] });
  const fresh = folio({ name: 'fresh', pages: 1, refcount: 1, mapcount: 0, contents: [2] });
  mapFolio(vma, old, { write: true, dirty: true, young: true });
  const flag = w.vma({ pages: 1, name: 'flag' });
  const shared = { write: true, dirty: true, young: true };
  mapFolio(flag, folio({ name: 'shared', pages: 1, contents: [0] }), shared);
  return { vma, flag, old, fresh, ptep: ptepOf(vma, vma.start), one: w.word('one'), done: w.word('done') };
}
export type State = ReturnType<typeof twoFolios>;

type Run = (m: Machine, s: State) => Step<void>;
const kernel = (run: Run, cpu = 0): AgentSpec<State> => ({ cpu, role: 'kernel', run });
const user = (run: Run, cpu = 1): AgentSpec<State> => ({ cpu, role: 'user', run });

const take = (m: Machine, s: State) => m.pte.ptepGetAndClear(s.vma.mm, addrOf(s.ptep.vpn), s.ptep);
const flush = (m: Machine, s: State) => m.tlb.flushTlbPage(s.vma, addrOf(s.ptep.vpn));
const frameOf = (s: State, which: 'old' | 'fresh') => s[which].frames[0]!;
function* map(m: Machine, s: State, which: 'old' | 'fresh', write = true): Step<void> {
  const { v } = m;
  const plain = v.pteMkyoung(v.pfnPte(frameOf(s, which).pfn, v.mkProt({ read: true, write: false })));
  const pte = write ? v.pteMkdirty(v.pteMkwrite(v.pteMkdirty(plain))) : plain;
  yield* m.pte.setPteAt(s.vma.mm, addrOf(s.ptep.vpn), s.ptep, pte);
}

/** A race of these agents that lists these invariants; its mutant only has to exist. */
export function race(
  id: string,
  invariants: readonly InvariantCode[],
  agents: Readonly<Record<string, AgentSpec<State>>>,
) {
  const [name = ''] = Object.keys(agents);
  const idle: AgentSpec<State> = {
    ...(agents[name] as AgentSpec<State>),
    *run(_m, s) {
      yield* write(s.done, 1, 'done');
    },
  };
  return defineScenario<State>({
    id: `truth/${id}`,
    title: id,
    source: 'own',
    about: id,
    invariants,
    params: {},
    setup: twoFolios,
    agents,
    mutants: {
      idle: { what: 'nothing', breaks: invariants[0] ?? 'UAF', why: 'nothing', agents: { [name]: idle } },
    },
  });
}

/** Accesses that end at a fault. */
const load: Run = function* (m, s) {
  yield* new UserCpu(m, s.vma, { faults: false }).load(0);
};
const storeTwice: Run = function* (m, s) {
  const cpu = new UserCpu(m, s.vma, { faults: false });
  yield* cpu.store(0);
  yield* cpu.store(0);
};

const ALL: readonly InvariantCode[] = ['UAF', 'RMAP', 'PERM', 'STALE'];

/** One kernel agent, what it does, and what the observers say. */
export const ALONE: readonly (readonly [id: string, run: Run, expected: string])[] = [
  [
    'double-free',
    function* (m, s) {
      yield* m.pte.ptepClearFlush(s.vma, addrOf(s.ptep.vpn), s.ptep);
      yield* freePage(m, frameOf(s, 'old'));
      yield* freePage(m, frameOf(s, 'old'));
    },
    'UAF',
  ],
  [
    'free-while-mapped',
    function* (m, s) {
      yield* freePage(m, frameOf(s, 'old'));
    },
    'UAF',
  ],
  [
    'put-below-zero',
    function* (m, s) {
      yield* take(m, s);
      yield* m.k.folioRemoveRmapPte(frameOf(s, 'old'));
      yield* m.k.folioPut(frameOf(s, 'old'));
      yield* m.k.folioPutRefs(s.old);
    },
    'UAF',
  ],
  [
    'mapcount-below-zero',
    function* (m, s) {
      yield* m.k.folioRemoveRmapPte(frameOf(s, 'fresh'));
    },
    'RMAP',
  ],
  [
    'forgets-the-map-count',
    function* (m, s) {
      yield* take(m, s);
      yield* flush(m, s);
    },
    'RMAP',
  ],
  [
    'zaps-as-it-should',
    function* (m, s) {
      yield* take(m, s);
      yield* flush(m, s);
      yield* m.k.folioRemoveRmapPte(frameOf(s, 'old'));
      yield* m.k.folioPut(frameOf(s, 'old'));
    },
    'holds',
  ],
];

export const alone = (id: string, run: Run) => race(id, ALL, { k: kernel(run), u: user(load) });

/** A zap that nobody flushes, and that says nothing when it is over. */
export const zapWithoutPromise = race('zap-without-promise', ['STALE'], {
  k: kernel(function* (m, s) {
    yield* take(m, s);
  }),
  u: user(storeTwice),
});

/** The same with its flush. */
export const zapWithFlush = race('zap-with-flush', ['STALE'], {
  k: kernel(function* (m, s) {
    yield* take(m, s);
    yield* flush(m, s);
  }),
  u: user(storeTwice),
});

/** A write-protect, with or without its flush; two CPUs that may have the page. */
export const protect = (flushes: boolean) =>
  race(`protect-${flushes ? 'flush' : 'no-flush'}`, ['PERM'], {
    k: kernel(function* (m, s) {
      yield* m.pte.ptepSetWrprotect(s.vma.mm, addrOf(s.ptep.vpn), s.ptep);
      if (flushes) yield* flush(m, s);
    }),
    u: user(load, 1),
    second: user(storeTwice, 2),
  });

/** Zap, flush, and a fault that maps a fresh page before the zap says that it is complete. */
export const staleRefault = (flushes: boolean) =>
  race(`stale-refault-${flushes ? 'flush' : 'no-flush'}`, ['STALE', 'UAF'], {
    zap: kernel(function* (m, s) {
      yield* m.pteOffsetMapLock(s.vma.table);
      yield* take(m, s);
      if (flushes) yield* flush(m, s);
      yield* m.pteUnmapUnlock(s.vma.table);
      yield* m.completes('unmapped', s.vma);
    }),
    user: user(function* (m, s) {
      const cpu = new UserCpu(m, s.vma, {
        *onFault(mm) {
          yield* mm.pteOffsetMapLock(s.vma.table);
          if (mm.v.pteNone(yield* mm.pte.ptepGet(s.ptep))) yield* map(mm, s, 'fresh');
          yield* mm.k.updateMmuCache(s.vma, addrOf(s.ptep.vpn));
          yield* mm.pteUnmapUnlock(s.vma.table);
          return 'retry' as const;
        },
      });
      yield* cpu.load(0);
      yield* cpu.load(0);
    }),
  });

/** A page is replaced, with or without a flush before the new one can be used. */
export const replace = (flushes: boolean) =>
  race(`replace-${flushes ? 'flush' : 'no-flush'}`, ['COH'], {
    k: kernel(function* (m, s) {
      yield* take(m, s);
      if (flushes) yield* flush(m, s);
      yield* map(m, s, 'fresh');
    }),
    // Knows of the new page, and tells by a store to another one.
    writer: user(function* (m, s) {
      const cpu = new UserCpu(m, s.vma, { faults: false });
      if ((yield* cpu.loadValue(0)) === 2) yield* new UserCpu(m, s.flag, { faults: false }).store(0, 1);
    }, 1),
    // Has the old page cached, and goes there once more when it has been told.
    reader: user(function* (m, s) {
      const cpu = new UserCpu(m, s.vma, { faults: false });
      yield* cpu.load(0);
      if ((yield* new UserCpu(m, s.flag, { faults: false }).loadValue(0)) === 1) yield* cpu.load(0);
    }, 2),
  });

/** The entry is read, and read again: was it replaced and put back in between? */
export const recheck = (putsBack: boolean) =>
  race(`recheck-${putsBack ? 'aba' : 'ab'}`, ['ABA'], {
    reader: kernel(function* (m, s) {
      yield* m.pte.ptepGetLockless(s.ptep);
      yield* m.pte.ptepGetLockless(s.ptep);
    }),
    other: kernel(function* (m, s) {
      yield* take(m, s);
      yield* map(m, s, 'fresh');
      if (putsBack) {
        yield* take(m, s);
        yield* map(m, s, 'old');
      }
    }, 1),
  });

/** The entry is only hidden for a moment: nothing is recycled. */
export const recheckHidden = race('recheck-hidden', ['ABA'], {
  reader: kernel(function* (m, s) {
    yield* m.pte.ptepGetLockless(s.ptep);
    yield* m.pte.ptepGetLockless(s.ptep);
  }),
  other: kernel(function* (m, s) {
    yield* take(m, s);
    yield* map(m, s, 'old');
  }, 1),
});

/** The folio is in the second area; a move takes it to the first one while a walk of the reverse map passes by. */
export const movedPastWalk = (underRmapLock: boolean) =>
  defineScenario({
    id: 'truth/moved-past-walk',
    title: 'walk and move',
    source: 'own',
    about: 'a walk misses what moves from where it has not been to where it was',
    invariants: ['MISS'],
    params: {},
    setup(w: World) {
      const mapping = w.addressSpace('file');
      const to = w.vma({ pages: 1, name: 'to', mapping });
      const from = w.vma({ pages: 1, name: 'from', mapping });
      const page = linux(w).folio({ pages: 1, refcount: 2 });
      page.areas.push({ vma: to, start: to.start });
      linux(w).mapFolio(from, page, { dirty: true, young: true });
      return { mapping, to, from, page, done: w.word('done') };
    },
    agents: {
      walk: {
        cpu: 0,
        role: 'kernel',
        *run(m, s) {
          yield* m.k.tryToUnmap(s.page, 0);
        },
      },
      move: {
        cpu: 1,
        role: 'kernel',
        *run(m, s) {
          const [old, now] = [ptepOf(s.from, s.from.start), ptepOf(s.to, s.to.start)];
          if (underRmapLock) yield* m.k.iMmapLockWrite(s.mapping);
          yield* m.pteOffsetMapLock(s.from.table);
          yield* m.pteOffsetMapLock(s.to.table);
          const pte = yield* m.pte.ptepGetAndClear(s.from.mm, addrOf(s.from.start), old);
          if (!m.v.pteNone(pte)) yield* m.pte.setPteAt(s.to.mm, addrOf(s.to.start), now, pte);
          yield* m.pteUnmapUnlock(s.to.table);
          yield* m.pteUnmapUnlock(s.from.table);
          if (underRmapLock) yield* m.k.iMmapUnlockWrite(s.mapping);
        },
      },
    },
    mutants: {
      idle: {
        what: 'nothing',
        breaks: 'MISS',
        why: 'nothing',
        agents: {
          move: {
            cpu: 1,
            role: 'kernel',
            *run(_m, s) {
              yield* write(s.done, 1, 'done');
            },
          },
        },
      },
    },
  });

/** Fails with a code that is none. */
export const unlisted = race('unlisted', ['UAF'], {
  k: kernel(function* (_m, s) {
    yield* atomic(
      [s.one],
      (_mem, _base, faults) => {
        faults.fail('MADEUP', 'no such code');
        return 0;
      },
      'fails',
    );
  }),
});

/** Lists an invariant of devices, and has none. */
export const idleInvariant = race('idle-invariant', ['UAF', 'NOTIF'], { k: kernel(load), u: user(load) });
