/** The suite's own races: small, decided by DIRTY and UAF, with mutants that hold where hardware is quiet. */
import { type ArchPlugin, addrOf, type Ptep, type PteWord, ptepOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type Machine, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, type Folio, freePage, linux } from '@racewalk/mm';

interface State {
  readonly vma: Vma;
  readonly folio: Folio;
  readonly ptep: Ptep;
}

function setup(w: World): State {
  const vma = w.vma({ pages: 4 });
  const folio = linux(w).folio({ pages: 4 });
  linux(w).mapFolio(vma, folio, { young: true, folded: w.params.folded === true });
  return { vma, folio, ptep: ptepOf(vma, vma.start) };
}

function* zap(m: Machine, s: State, flush: boolean): Step<void> {
  const frame = s.folio.frames[0];
  if (frame === undefined) return;
  yield* m.pteOffsetMapLock(s.vma.table);
  const pte = yield* m.pte.ptepGetAndClear(s.vma.mm, addrOf(s.vma.start), s.ptep);
  if (m.v.pteDirty(pte)) yield* m.k.setPageDirty(frame);
  if (flush) yield* m.tlb.flushTlbPage(s.vma, addrOf(s.vma.start));
  yield* m.pteUnmapUnlock(s.vma.table);
  yield* freePage(m, frame);
}

function* store(m: Machine, s: State): Step<void> {
  yield* new UserCpu(m, s.vma).store(0);
}

const quiet = (arch: ArchPlugin) =>
  arch.has('hwDirty') ? null : 'the hardware sets no bit, and the fault handler takes the lock';

/** Take one page away while user code stores to it. */
export const zapVsStore = defineScenario<State>({
  id: 'toy/zap-vs-store',
  title: 'Take a page away while it is written',
  source: 'the suite itself',
  about: 'The store must be seen by whoever clears the entry, and nobody may reach the page once it is free.',
  invariants: ['DIRTY', 'UAF'],
  params: { folded: false },
  sizes: [{ folded: true }],
  setup,
  agents: {
    zap: { cpu: 0, role: 'kernel', note: 'holds ptl', run: (m, s) => zap(m, s, true) },
    user: { cpu: 1, role: 'user', run: store },
  },
  mutants: {
    'read-then-clear': {
      what: 'read the entry, then store zero',
      breaks: 'DIRTY',
      why: 'the hardware may set dirty between the two',
      unless: quiet,
      patch: {
        *ptepGetAndClear(m, mm, addr, ptep): Step<PteWord> {
          const pte = yield* m.pte.ptepGet(ptep);
          yield* m.pte.pteClear(mm, addr, ptep);
          return pte;
        },
      },
    },
    'no-flush': {
      what: 'free the page without an invalidation',
      breaks: 'UAF',
      why: 'the translation outlives the page',
      agents: { zap: { cpu: 0, role: 'kernel', run: (m, s) => zap(m, s, false) } },
    },
  },
});

/** A race that exists only where entries come in blocks. */
export const blocksOnly = defineScenario<State>({
  ...zapVsStore,
  id: 'toy/blocks-only',
  needs: ['contPte'],
  sizes: [],
  params: { folded: true },
});

function* take(m: Machine, s: State): Step<void> {
  const frame = s.folio.frames[0];
  if (frame === undefined) return;
  yield* m.pteOffsetMapLock(s.vma.table);
  const pte = yield* m.pte.ptepClearFlush(s.vma, addrOf(s.vma.start), s.ptep);
  if (m.v.pteDirty(pte)) yield* m.k.setPageDirty(frame);
  yield* m.pteUnmapUnlock(s.vma.table);
  yield* freePage(m, frame);
}

/** The same, but the flush is part of the operation. */
export const clearFlushVsStore = defineScenario<State>({
  ...zapVsStore,
  id: 'toy/clear-flush-vs-store',
  title: 'Take a page away with its translation while it is written',
  sizes: [],
  agents: { ...zapVsStore.agents, zap: { cpu: 0, role: 'kernel', note: 'holds ptl', run: take } },
  mutants: {
    'no-flush': {
      what: 'clear the entry and leave the translation',
      breaks: 'UAF',
      why: 'the translation outlives the page',
      patch: { ptepClearFlush: (m, vma, addr, ptep) => m.pte.ptepGetAndClear(vma.mm, addr, ptep) },
    },
  },
});
