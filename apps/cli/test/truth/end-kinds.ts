/** What is left at the end, freed too early or too often; an upgrade that nobody flushes; what synchronises; what is fresh. */
import { type ArchPlugin, ptepOf } from '@racewalk/core';
import { atomic, read, type Step, write } from '@racewalk/core/step';
import {
  localIrqRestore,
  localIrqSave,
  type Machine,
  rcuReadLock,
  type StepView,
  UserCpu,
  type World,
} from '@racewalk/machine';
import { downRead, freePage, linux } from '@racewalk/mm';
import { flushAll, freeUnmapped, guestPage, hugePage, type Page, type Place, page } from './area-kinds.js';
import { type Kind, kind, on, waitFor } from './kinds.js';

function held(w: World) {
  w.contexts.track(0);
  const vma = w.vma({ pages: 1 });
  linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }), { young: true });
  return { vma, lock: w.lock('mine') };
}
type Held = ReturnType<typeof held>;

const keeps = (name: string, run: (m: Machine, s: Held) => Step<void>, expected = 'LIVE') =>
  kind<Held>({
    name: `an agent ends with ${name}`,
    invariants: ['STALE'],
    setup: held,
    agents: { kernel: on(0, 'kernel', run) },
    expected,
  });

/** What an agent takes and keeps. */
const KEPT: readonly Kind[] = [
  keeps('an RCU read section', rcuReadLock),
  keeps('interrupts off', localIrqSave),
  keeps('interrupts on again', restores, 'holds'),
  keeps('a lock taken shared', (m, s) => downRead(m, s.vma.mm.mmapLock)),
  keeps('a lock', (m, s) => m.lock(s.lock)),
  keeps('a mutex', (m, s) => m.k.mutexLock(s.lock)),
];

function* restores(m: Machine): Step<void> {
  yield* localIrqSave(m);
  yield* localIrqRestore(m);
}

const frees = (
  name: string,
  setup: (w: World) => Place,
  run: (m: Machine, s: Place) => Step<void>,
  expected = 'UAF',
) =>
  kind<Place>({
    name,
    invariants: ['UAF'],
    setup,
    agents: { kernel: on(0, 'kernel', run) },
    expected,
  });

function* unmapHuge(m: Machine, s: Place): Step<void> {
  yield* m.pmd.pmdpHugeClearFlush(s.vma, s.addr, s.ptep);
}

/** A frame that something still maps, or that is gone already. */
const FREED: readonly Kind[] = [
  frees('a huge page is freed while its entry maps it', hugePage, function* (m, s) {
    for (const frame of s.old.frames) yield* freePage(m, frame);
  }),
  frees(
    'a huge page is freed when nothing maps it',
    hugePage,
    function* (m, s) {
      yield* unmapHuge(m, s);
      yield* freeUnmapped(m, s.old.frames);
    },
    'holds',
  ),
  frees('a huge page has fewer references than none', hugePage, function* (m, s) {
    yield* unmapHuge(m, s);
    for (const frame of s.old.frames) yield* m.k.folioRemoveRmapPte(frame);
    yield* m.k.folioPutRefs(s.old);
    yield* m.k.folioPutRefs(s.old);
  }),
  frees('a page is freed while the second stage maps it', guestPage, function* (m, s) {
    yield* m.pte.ptepClearFlush(s.vma, s.addr, s.ptep);
    yield* freeUnmapped(m, s.old.frames);
  }),
  kind<Page>({
    name: 'two agents drop one reference',
    invariants: ['UAF'],
    setup: page,
    agents: {
      zap: on(0, 'kernel', function* (m, s) {
        yield* m.pte.ptepClearFlush(s.vma, s.addr, s.ptep);
        for (const frame of s.old.frames) {
          yield* m.k.folioRemoveRmapPte(frame);
          yield* m.k.folioPut(frame);
        }
      }),
      other: on(1, 'kernel', function* (m, s) {
        for (const frame of s.old.frames) yield* m.k.folioPut(frame);
      }),
    },
    expected: 'UAF',
  }),
];

/** What drops a translation that refuses, if the one that granted more did not. */
const heals = (arch: ArchPlugin): boolean => arch.has('faultDropsTlb') || !arch.has('staleRefusals');

/** handle_pte_fault() calls flush_tlb_fix_spurious_fault(); the handler of huge pages does not in 6.12, and RISC-V's operation fences. */
const refusesFor = (size: 'page' | 'huge page') => (arch: ArchPlugin) => {
  const mended = size === 'page' ? arch.fixSpuriousFault !== 'none' : arch.has('negativeCaching');
  return heals(arch) || mended ? 'holds' : 'LIVE';
};

const UPGRADES: readonly Kind[] = [false, true].flatMap((flushes) => {
  const said = flushes ? 'flushed' : 'not flushed';
  return [
    kind<Page>({
      name: `a huge page becomes writable, ${said}`,
      invariants: ['DIRTY'],
      setup: (w) => hugePage(w, false),
      agents: {
        kernel: on(0, 'kernel', function* (m, s) {
          const pmd = yield* m.pmd.pmdpGet(s.ptep);
          yield* m.entries.writeOnce(s.ptep, m.p.pmdMkwrite(m.p.pmdMkdirty(pmd)), 'set_pmd');
          if (flushes) yield* flushAll(m, s);
          yield* write(s.second, 1);
        }),
        user: on(1, 'user', function* (m, s) {
          const cpu = new UserCpu(m, s.vma);
          yield* cpu.load(0);
          yield* waitFor(s.second);
          yield* cpu.store(0);
        }),
      },
      expected: flushes ? 'holds' : refusesFor('huge page'),
    }),
    kind<Page>({
      name: `a page becomes writable, ${said}, and the kernel stores`,
      invariants: ['DIRTY'],
      setup: (w) => page(w, false),
      agents: {
        kernel: on(0, 'kernel', function* (m, s) {
          const pte = yield* m.pte.ptepGet(s.ptep);
          yield* m.entries.writeOnce(s.ptep, m.v.pteMkwrite(m.v.pteMkdirty(pte)), 'set_pte');
          if (flushes) yield* flushAll(m, s);
          yield* write(s.second, 1);
        }),
        other: on(1, 'kernel', function* (m, s) {
          yield* m.k.getUser(s.vma, s.addr);
          yield* waitFor(s.second);
          yield* m.k.putUser(s.vma, s.addr, 3);
        }),
      },
      expected: flushes ? 'holds' : refusesFor('page'),
    }),
  ];
});

function words(w: World) {
  w.contexts.track(0);
  w.contexts.track(1);
  const vma = w.vma({ pages: 1 });
  linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }), { young: true });
  const out = { one: w.word('r1', 9), two: w.word('r2', 9) };
  return { vma, addr: 0, ptep: ptepOf(vma, vma.start), x: w.word('x'), y: w.word('y'), ...out };
}
type Words = ReturnType<typeof words>;
type Order = (m: Machine, s: Words) => Step<unknown>;

/** Message passing to a reader without a barrier: what stands between the stores has to reach the reader's CPU. */
const tells = (name: string, order: Order, expected: (arch: ArchPlugin) => string): Kind =>
  kind<Words>({
    name: `message passing, ${name} between the stores`,
    invariants: ['MISS'],
    setup: words,
    agents: {
      reader: on(1, 'kernel', function* (_m, s) {
        const [y, x] = [yield* read(s.y, 'y'), yield* read(s.x, 'x')];
        yield* write(s.one, y, 'r1');
        yield* write(s.two, x, 'r2');
      }),
      writer: on(0, 'kernel', function* (m, s) {
        yield* write(s.x, 1, 'x');
        yield* order(m, s);
        yield* write(s.y, 1, 'y');
      }),
    },
    wrong: (s: Words, view: StepView) => view.get(s.one) === 1 && view.get(s.two) === 0,
    expected,
  });

function* stores(m: Machine, s: Words, first: 'x' | 'y', order: Order): Step<void> {
  yield* write(s[first], 1, first);
  yield* order(m, s);
  const other = first === 'x' ? 'y' : 'x';
  yield* write(first === 'x' ? s.one : s.two, yield* read(s[other], other), 'r');
}

/** Store buffering: each side stores, and looks for the store of the other. */
const buffers = (name: string, one: Order, two: Order, expected: string): Kind =>
  kind<Words>({
    name: `store buffering, ${name}`,
    invariants: ['MISS'],
    setup: words,
    agents: {
      one: on(1, 'kernel', (m, s) => stores(m, s, 'x', one)),
      two: on(0, 'kernel', (m, s) => stores(m, s, 'y', two)),
    },
    wrong: (s: Words, view: StepView) => view.get(s.one) === 0 && view.get(s.two) === 0,
    expected,
  });

function* nothing(): Step<void> {}
const locked: Order = (_m, s) => atomic([s.vma.table.ptl], () => 0, 'locked operation');
const inOrder = (arch: ArchPlugin): string => (arch.memory === 'weak' ? 'MISS' : 'holds');

const SYNC: readonly Kind[] = [
  tells(
    'an answered interrupt',
    (m) => m.k.smpCallFunction('barrier'),
    () => 'holds',
  ),
  tells(
    'a grace period',
    (m) => m.k.synchronizeRcu(),
    () => 'holds',
  ),
  tells('nothing', nothing, inOrder),
  tells('smp_wmb()', (m) => m.k.smpWmb(), inOrder),
  // By interrupt it is a barrier of the other CPU; a broadcast interrupts nobody.
  tells('a flush', flushAll, (arch) => (arch.has('ipiFlush') ? 'holds' : inOrder(arch))),
  buffers('a locked operation on both sides', locked, locked, 'holds'),
  buffers('a barrier on one side', (m) => m.k.smpMb(), nothing, 'MISS'),
];

/** A huge page is mapped anew between the flush and the promise. */
const FRESH: readonly Kind[] = [
  kind<Page>({
    name: 'a huge page is mapped anew before the zap says that it is complete',
    invariants: ['STALE'],
    setup: hugePage,
    agents: {
      zap: on(0, 'kernel', function* (m, s) {
        yield* m.pteOffsetMapLock(s.vma.table);
        yield* unmapHuge(m, s);
        yield* m.pteUnmapUnlock(s.vma.table);
        yield* m.completes('unmapped', s.vma);
      }),
      user: on(1, 'user', function* (_m, s) {
        const cpu = new UserCpu(_m, s.vma, {
          *onFault(m) {
            yield* m.pteOffsetMapLock(s.vma.table);
            const [frame] = s.fresh.frames;
            if (frame !== undefined && m.p.pmdNone(yield* m.pmd.pmdpGet(s.ptep)))
              yield* m.pmd.setPmdAt(s.vma.mm, s.addr, s.ptep, m.k.mkHugePmd(frame, s.vma));
            yield* m.k.updateMmuCache(s.vma, s.addr);
            yield* m.pteUnmapUnlock(s.vma.table);
            return 'retry';
          },
        });
        yield* cpu.load(0);
        yield* cpu.load(0);
      }),
    },
    expected: 'holds',
  }),
  kind<Page>({
    name: 'a page is made writable anew before mprotect says that it is complete',
    invariants: ['PERM'],
    setup: page,
    agents: {
      protect: on(0, 'kernel', function* (m, s) {
        yield* m.pteOffsetMapLock(s.vma.table);
        yield* m.pte.ptepSetWrprotect(s.vma.mm, s.addr, s.ptep);
        yield* m.tlb.flushTlbPage(s.vma, s.addr);
        yield* m.pteUnmapUnlock(s.vma.table);
        yield* m.completes('read-only', s.vma);
      }),
      user: on(1, 'user', function* (_m, s) {
        const cpu = new UserCpu(_m, s.vma, {
          *onFault(m) {
            yield* m.pteOffsetMapLock(s.vma.table);
            const pte = m.v.pteMkdirty(m.v.pteMkyoung(yield* m.pte.ptepGet(s.ptep)));
            yield* m.pte.ptepSetAccessFlags(s.vma, s.addr, s.ptep, m.v.pteMkwrite(pte), true);
            yield* m.k.updateMmuCache(s.vma, s.addr);
            yield* m.pteUnmapUnlock(s.vma.table);
            return 'retry';
          },
        });
        yield* cpu.store(0);
        yield* cpu.store(0);
      }),
    },
    expected: 'holds',
  }),
];

export const END_KINDS: readonly Kind[] = [...KEPT, ...FREED, ...UPGRADES, ...SYNC, ...FRESH];
