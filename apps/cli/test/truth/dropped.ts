/**
 * Calls that no race of the catalogue would miss: each is dropped from its function, in a small race that then breaks. What
 * races do notice is not repeated here.
 */
import { addrOf, ptepOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type AgentSpec, GuestCpu, type Machine, UserCpu, type World } from '@racewalk/machine';
import { guestOf, linux, upperLevel } from '@racewalk/mm';
import { type Dropped, dropped } from './dropped-call.js';
import { UNTOLD } from './dropped-notifiers.js';
import { on } from './kinds.js';

const HUGE = { huge: true, young: true, dirty: true } as const;
const loads = (m: Machine, vma: Vma) => new UserCpu(m, vma, { faults: false }).load(0);

/** Two areas with a level above; the first has a huge page, or a page in its table. */
function moving(huge: boolean) {
  return (w: World) => {
    const [from, to] = [w.vma({ pages: 1, name: 'from' }), w.vma({ pages: 1, name: 'to' })];
    linux(w);
    const old = upperLevel(w, from, huge ? { leads: 'none' } : {}).pmdp;
    const now = upperLevel(w, to, { leads: 'none' }).pmdp;
    const folio = linux(w).folio({ pages: 1, ...(huge && { huge }) });
    linux(w).mapFolio(from, folio, huge ? HUGE : { young: true, dirty: true });
    return { from, to, old, now };
  };
}
type Moving = ReturnType<ReturnType<typeof moving>>;

const move = (name: 'moveHugePmd' | 'moveNormalPmd'): Dropped =>
  dropped<Moving>({
    caller: name,
    callees: ['flushTlbRange'],
    breaks: 'STALE',
    params: { pages: 1 },
    setup: moving(name === 'moveHugePmd'),
    agents: {
      mremap: on(0, 'kernel', function* (m, s) {
        yield* m.k[name](s.from, s.old, s.to, s.now);
      }),
      user: on(1, 'user', function* (m, s) {
        yield* loads(m, s.from);
      }),
    },
  });

/** A hugetlb page: a block where there are blocks, else one entry a level up. */
function hugetlb(w: World) {
  const hugetlbEntries = w.contPtes;
  const flags = { hugetlb: true, hugetlbEntries };
  const vma =
    hugetlbEntries > 1
      ? w.vma({ pages: hugetlbEntries, flags })
      : w.vma({ pages: 1, level: 'pmd', flags: { hugetlb: true } });
  const folio = linux(w).folio({ pages: hugetlbEntries });
  linux(w).mapFolio(vma, folio, { folded: hugetlbEntries > 1, young: true, dirty: true });
  return { vma, folio };
}
type Hugetlb = ReturnType<typeof hugetlb>;

function* unmapHugetlb(m: Machine, { vma }: Hugetlb): Step<void> {
  const tlb = yield* m.k.tlbGatherMmu(vma.mm);
  yield* m.k.__unmapHugepageRange(tlb, vma);
  yield* m.k.tlbFinishMmu(tlb);
}

const HUGETLB: readonly Dropped[] = [
  dropped<Hugetlb>({
    caller: 'hugetlbChangeProtection',
    callees: ['tlbRemoveTlbEntries'],
    breaks: 'PERM',
    params: { block: 2 },
    // set_huge_pte_at() of a block has flushed it (clear_flush, arch/arm64/mm/hugetlbpage.c, and RISC-V's).
    unless: (arch) => arch.has('contPte'),
    setup: hugetlb,
    agents: {
      mprotect: on(0, 'kernel', (m, s) => m.k.hugetlbChangeProtection(s.vma, { read: true, write: false })),
      user: on(1, 'user', function* (m, s) {
        yield* new UserCpu(m, s.vma, { faults: false }).store(0);
      }),
    },
  }),
  dropped<Hugetlb>({
    caller: '__unmapHugepageRange',
    callees: ['tlbRemoveTlbEntries'],
    breaks: 'UAF',
    params: { block: 2 },
    setup: hugetlb,
    agents: {
      munmap: on(0, 'kernel', unmapHugetlb),
      user: on(1, 'user', function* (m, s) {
        yield* loads(m, s.vma);
      }),
    },
  }),
  dropped<Hugetlb>({
    caller: '__unmapHugepageRange',
    callees: ['folioRemoveRmapPtes'],
    breaks: 'RMAP',
    params: { block: 2 },
    setup: hugetlb,
    agents: { munmap: on(0, 'kernel', unmapHugetlb) },
  }),
];

type Guest = ReturnType<typeof guestOf>;

const guest = (access: 'load' | 'store'): AgentSpec<Guest> =>
  on(1, 'user', function* (m, { kvm }) {
    const stages = { guest: null, second: kvm.second, secondOptions: { faults: false } };
    yield* new GuestCpu(m, stages)[access](0);
  });

const SECOND: readonly Dropped[] = [
  dropped<Guest>({
    caller: 'kvmMmuSlotRemoveWriteAccess',
    callees: ['kvmFlushRemoteTlbs'],
    breaks: 'PERM',
    setup: (w) => guestOf(w),
    agents: {
      log: on(0, 'kernel', (m, s) => m.k.kvmMmuSlotRemoveWriteAccess(s.kvm, 0)),
      guest: guest('store'),
    },
  }),
];

/** Two pages that were given up by MADV_FREE and not written since. */
function lazyfree(w: World) {
  const vma = w.vma({ pages: 2 });
  const folio = linux(w).folio({ pages: 2, refcount: 3, swapbacked: false });
  linux(w).mapFolio(vma, folio, { young: true });
  return { vma, folio };
}
type Lazyfree = ReturnType<typeof lazyfree>;

const unmapsBatch = on<Lazyfree>(0, 'kernel', function* (m, s) {
  yield* m.pteOffsetMapLock(s.vma.table);
  yield* m.k.tryToUnmapLazyfreeBatch(s.folio, s.vma, ptepOf(s.vma, s.vma.start));
  yield* m.pteUnmapUnlock(s.vma.table);
});

const RECLAIM: readonly Dropped[] = [
  dropped<Lazyfree>({
    caller: 'tryToUnmapLazyfreeBatch',
    callees: ['flushTlbRange'],
    breaks: 'STALE',
    setup: lazyfree,
    agents: {
      reclaim: unmapsBatch,
      user: on(1, 'user', function* (m, s) {
        yield* loads(m, s.vma);
      }),
    },
  }),
  dropped<Lazyfree>({
    caller: 'tryToUnmapLazyfreeBatch',
    callees: ['folioRemoveRmapPtes'],
    breaks: 'RMAP',
    setup: lazyfree,
    agents: { reclaim: unmapsBatch },
  }),
  dropped<Moving>({
    caller: 'zapHugePmd',
    callees: ['folioRemoveRmapPmd'],
    breaks: 'RMAP',
    params: { pages: 1 },
    setup: moving(true),
    agents: {
      munmap: on(0, 'kernel', function* (m, s) {
        const tlb = yield* m.k.tlbGatherMmu(s.from.mm);
        yield* m.k.zapHugePmd(tlb, s.from, s.old, addrOf(s.from.start));
        yield* m.k.tlbFinishMmu(tlb);
      }),
    },
  }),
];

/** Every call, with its race. */
export const DROPPED: readonly Dropped[] = [
  move('moveHugePmd'),
  move('moveNormalPmd'),
  ...HUGETLB,
  ...SECOND,
  ...UNTOLD,
  ...RECLAIM,
];
