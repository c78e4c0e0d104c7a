/** A TLB belongs to its CPU: whoever filled it, whoever asks it, whatever is mapped, and if nobody asks. */
import { type ArchPlugin, addrOf, ptepOf } from '@racewalk/core';
import { read, type Step, write } from '@racewalk/core/step';
import { KernelCpu, type Machine, UserCpu, type World } from '@racewalk/machine';
import { linux, mapFolded } from '@racewalk/mm';
import {
  accesses,
  after,
  flushAll,
  freeUnflushed,
  freeUnmapped,
  type GuestPage,
  guestPage,
  hugePage,
  kernelPage,
  type Page,
  type Place,
  page,
  remap,
  remapHuge,
  unmapGuestPage,
  vcpuLoads,
} from './area-kinds.js';
import { incoherent, type Kind, kind, on, waitFor, where } from './kinds.js';

/** Once the change is over: the old page is one too many. */
function* loadsOld(m: Machine, s: Place): Step<void> {
  yield* waitFor(s.second);
  if ((yield* new UserCpu(m, s.vma).loadValue(0)) === 1) yield* incoherent(s.second, 'the old page');
}

const told = <S extends Place>(run: (m: Machine, s: S) => Step<unknown>) =>
  function* (m: Machine, s: S): Step<void> {
    yield* waitFor(s.second);
    yield* run(m, s);
  };

function block(w: World) {
  const s = mapFolded(w, { write: true, young: true });
  return { ...s, first: w.word('first'), second: w.word('second') };
}
type Block = ReturnType<typeof block>;

const inBlocks = (arch: ArchPlugin): string =>
  arch.has('blockTranslations') || arch.has('speculativeFill') ? 'COH' : 'holds';

/** Two threads of a CPU, or a thread and the kernel. */
const SHARED: readonly Kind[] = [
  kind<Page>({
    name: 'a page is made read-only, and the other thread stores',
    invariants: ['PERM', 'STALE'],
    setup: page,
    agents: {
      kernel: on(
        0,
        'kernel',
        after((m, s) => m.pte.ptepSetWrprotect(s.vma.mm, s.addr, s.ptep)),
      ),
      one: on(1, 'user', accesses('store')),
      two: on(
        1,
        'user',
        told((m, s) => new UserCpu(m, s.vma, { faults: false }).store(0)),
      ),
    },
    expected: 'PERM',
  }),
  kind<Page>({
    name: 'a page is freed, and put_user() stores',
    invariants: ['UAF'],
    setup: page,
    agents: {
      kernel: on(0, 'kernel', after(freeUnflushed)),
      one: on(1, 'user', accesses('store')),
      two: on(
        1,
        'kernel',
        told((m, s) => m.k.putUser(s.vma, s.addr, 3, { faults: false })),
      ),
    },
    expected: 'UAF',
  }),
  kind<Page>({
    name: 'a page is replaced on the CPU itself, with a flush of its own',
    invariants: ['COH'],
    setup: page,
    agents: {
      kernel: on(
        1,
        'kernel',
        after(function* (m, s) {
          yield* remap(m, s);
          yield* m.tlb.localFlushTlbPage(s.vma, s.addr);
        }),
      ),
      one: on(1, 'user', accesses('load')),
      two: on(1, 'user', loadsOld),
    },
    expected: 'holds',
  }),
  kind<Page>({
    name: 'a huge page is replaced',
    invariants: ['COH'],
    setup: hugePage,
    agents: {
      kernel: on(0, 'kernel', after(remapHuge)),
      one: on(1, 'user', accesses('load')),
      two: on(1, 'user', loadsOld),
    },
    expected: 'COH',
  }),
  kind<Block>({
    name: 'a page of a block goes, of which the other thread loaded another page',
    invariants: ['COH'],
    block: 4,
    setup: block,
    agents: {
      kernel: on(0, 'kernel', function* (m, s) {
        yield* waitFor(s.first);
        yield* m.entries.xchg(ptepOf(s.vma, s.vma.start + 2), m.v.pfnPte(0, m.v.protNone()), 'xchg');
        yield* write(s.second, 1);
      }),
      one: on(1, 'user', function* (m, s) {
        yield* new UserCpu(m, s.vma).load(0);
        yield* write(s.first, 1);
      }),
      two: on(1, 'user', function* (m, s) {
        yield* waitFor(s.second);
        const cpu = new UserCpu(m, s.vma, { faults: false });
        if ((yield* cpu.loadValue(2)) !== null) yield* incoherent(s.second, 'a page that is gone');
      }),
    },
    expected: inBlocks,
  }),
  kind<Place>({
    name: 'a mapping of the kernel goes, and another part of the kernel loads',
    invariants: ['UAF'],
    setup: kernelPage,
    agents: {
      vunmap: on(0, 'kernel', after(freeUnflushed)),
      one: on(1, 'kernel', function* (m, s) {
        yield* new KernelCpu(m, s.vma).load(0);
        yield* write(s.first, 1);
      }),
      two: on(
        1,
        'kernel',
        told((m, s) => new KernelCpu(m, s.vma).load(0)),
      ),
    },
    expected: 'UAF',
  }),
  ...[false, true].map((flushes) =>
    kind<GuestPage>({
      name: `two vCPUs of a CPU, and a second stage that is ${flushes ? '' : 'not '}flushed`,
      invariants: ['UAF'],
      setup: guestPage,
      agents: {
        host: on(0, 'kernel', after(unmapGuestPage(flushes))),
        one: on(1, 'user', function* (m, s) {
          yield* vcpuLoads(m, s);
          yield* write(s.first, 1);
        }),
        two: on(1, 'user', told(vcpuLoads)),
      },
      expected: flushes ? 'holds' : 'UAF',
    }),
  ),
];

/** The CPU of the kernel, where nobody accesses anything, or the kernel itself. */
const OWN: readonly Kind[] = [false, true].flatMap((flushes) => {
  const said = flushes ? 'flushed' : 'not flushed';
  const filled = (code: string) => (flushes ? 'holds' : where('speculativeFill', code));
  return [
    kind<Page>({
      name: `one agent makes a page read-only, ${said}`,
      invariants: ['PERM', 'STALE'],
      setup: page,
      agents: {
        kernel: on(0, 'kernel', function* (m, s) {
          const old = yield* m.pte.ptepModifyProtStart(s.vma, s.addr, s.ptep);
          yield* m.pte.ptepModifyProtCommit(s.vma, s.addr, s.ptep, old, m.v.pteWrprotect(old));
          if (flushes) yield* m.tlb.flushTlbPage(s.vma, s.addr);
        }),
      },
      expected: filled('PERM'),
    }),
    kind<Page>({
      name: `one agent takes all access from a page, ${said}`,
      invariants: ['STALE'],
      setup: page,
      agents: {
        kernel: on(0, 'kernel', function* (m, s) {
          const old = yield* m.pte.ptepModifyProtStart(s.vma, s.addr, s.ptep);
          const none = m.v.pteModify(old, m.v.protNone());
          yield* m.pte.ptepModifyProtCommit(s.vma, s.addr, s.ptep, old, none);
          if (flushes) yield* m.tlb.flushTlbPage(s.vma, s.addr);
        }),
      },
      expected: filled('STALE'),
    }),
    kind<Page>({
      name: `one agent empties the entry of a huge page, ${said}`,
      invariants: ['STALE'],
      setup: hugePage,
      agents: {
        kernel: on(0, 'kernel', function* (m, s) {
          yield* m.pmd.pmdpHugeGetAndClear(s.vma.mm, s.addr, s.ptep);
          if (flushes) yield* flushAll(m, s);
        }),
      },
      expected: filled('STALE'),
    }),
    kind<Page>({
      name: `one agent reads a page by get_user() and empties its entry, ${said}`,
      invariants: ['STALE'],
      setup: page,
      agents: {
        kernel: on(0, 'kernel', function* (m, s) {
          yield* m.k.getUser(s.vma, s.addr);
          yield* m.pte.ptepGetAndClear(s.vma.mm, s.addr, s.ptep);
          if (flushes) yield* m.tlb.localFlushTlbPage(s.vma, s.addr);
        }),
      },
      expected: flushes ? 'holds' : 'STALE',
    }),
  ];
});

function twoPages(w: World) {
  const vma = w.vma({ pages: 2 });
  const folio = linux(w).folio({ pages: 2 });
  linux(w).mapFolio(vma, folio, { dirty: true, young: true });
  return { vma, folio, addr: addrOf(vma.start), ptep: ptepOf(vma, vma.start) };
}

function twoAreas(w: World) {
  const [one, two] = [w.vma({ pages: 1, name: 'one' }), w.vma({ pages: 1, name: 'two' })];
  for (const vma of [one, two])
    linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }), { dirty: true, young: true });
  return { vma: one, two, addr: addrOf(one.start), ptep: ptepOf(one, one.start) };
}

function oldPage(w: World) {
  const vma = w.vma({ pages: 1 });
  linux(w).mapFolio(vma, linux(w).folio({ pages: 1 }), { young: false });
  return { vma, addr: addrOf(vma.start), ptep: ptepOf(vma, vma.start) };
}

/** What only speculation has touched. */
const AHEAD: readonly Kind[] = [
  kind<ReturnType<typeof twoPages>>({
    name: 'a page is freed that nobody touched, with a flush of the own CPU alone',
    invariants: ['UAF'],
    setup: twoPages,
    agents: {
      kernel: on(0, 'kernel', function* (m, s) {
        yield* m.pte.ptepGetAndClear(s.vma.mm, s.addr, s.ptep);
        yield* m.tlb.localFlushTlbPage(s.vma, s.addr);
        yield* freeUnmapped(m, s.folio.frames.slice(0, 1));
      }),
      user: on(1, 'user', function* (m, s) {
        yield* new UserCpu(m, s.vma).load(1);
      }),
    },
    expected: where('speculativeFill', 'UAF'),
  }),
  kind<ReturnType<typeof twoAreas>>({
    name: 'a page goes whose whole area nobody touched',
    invariants: ['STALE'],
    setup: twoAreas,
    agents: {
      kernel: on(0, 'kernel', function* (m, s) {
        yield* m.pte.ptepGetAndClear(s.vma.mm, s.addr, s.ptep);
        yield* m.tlb.localFlushTlbPage(s.vma, s.addr);
      }),
      user: on(1, 'user', function* (m, s) {
        yield* new UserCpu(m, s.two).load(0);
      }),
    },
    expected: where('speculativeFill', 'STALE'),
  }),
  kind<ReturnType<typeof oldPage>>({
    name: 'an entry goes that is old, which no TLB holds',
    invariants: ['STALE'],
    setup: oldPage,
    agents: {
      kernel: on(0, 'kernel', function* (m, s) {
        yield* m.pte.ptepGetAndClear(s.vma.mm, s.addr, s.ptep);
      }),
    },
    expected: 'holds',
  }),
];

const newThenOld = (name: string, setup: typeof page, change: (m: Machine, s: Page) => Step<void>) =>
  kind<Page>({
    name,
    invariants: ['COH'],
    setup,
    agents: {
      kernel: on(0, 'kernel', change),
      one: on(1, 'user', function* (m, s) {
        if ((yield* new UserCpu(m, s.vma, { faults: false }).loadValue(0)) === 2) yield* write(s.first, 1);
      }),
      two: on(1, 'user', function* (m, s) {
        if ((yield* read(s.first)) === 0) return;
        if ((yield* new UserCpu(m, s.vma, { faults: false }).loadValue(0)) === 1)
          yield* incoherent(s.second, 'the new page, then the old one');
      }),
    },
    expected: name.includes('flushed first') ? 'holds' : where('severalTranslations', 'COH'),
  });

/** Two translations of one page, and two threads that use them. */
const TWO: readonly Kind[] = [
  newThenOld('a page is replaced, then flushed', page, function* (m, s) {
    yield* remap(m, s);
    yield* m.tlb.flushTlbPage(s.vma, s.addr);
  }),
  newThenOld('a huge page is replaced, then flushed', hugePage, function* (m, s) {
    yield* remapHuge(m, s);
    yield* flushAll(m, s);
  }),
  newThenOld('a page is replaced, flushed first', page, function* (m, s) {
    yield* m.pte.ptepClearFlush(s.vma, s.addr, s.ptep);
    yield* remap(m, s);
  }),
];

export const TLB_KINDS: readonly Kind[] = [...SHARED, ...OWN, ...AHEAD, ...TWO];
