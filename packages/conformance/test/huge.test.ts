/** Races on huge pages: entries above the leaf tables under user code, the hardware and the fault handler. */
import {
  type ArchPlugin,
  addrOf,
  GenericHugePteOps,
  GenericPmdOps,
  type HugePteOps,
  PAGE_SIZE,
  type PmdOps,
  type Ptep,
  ptepOf,
  type Vma,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type Machine, UserCpu, type World } from '@racewalk/machine';
import { defineScenario, type Folio, freePage, linux } from '@racewalk/mm';
import { flatToy, toyArch, toyPlain, toySoft } from '@racewalk/toys';
import { expect, it } from 'vitest';
import { plan, runSuite } from '../src/matrix/index.js';

interface State {
  readonly vma: Vma;
  readonly folio: Folio;
  readonly pmdp: Ptep;
}

const quiet = (arch: ArchPlugin) =>
  arch.has('hwDirty') ? null : 'the hardware sets no bit, and the fault handler takes the lock';

function huge(w: World, pages: number, hugetlb: boolean): State {
  const flags = hugetlb ? { hugetlb, hugetlbEntries: pages } : {};
  const vma = w.vma({ pages, level: 'pmd', flags });
  const folio = linux(w).folio({ pages });
  linux(w).mapFolio(vma, folio, { young: true, folded: hugetlb });
  return { vma, folio, pmdp: ptepOf(vma, vma.start) };
}

function* zap(m: Machine, { vma, folio, pmdp }: State, ops: PmdOps): Step<void> {
  const [frame] = folio.frames;
  if (frame === undefined) return;
  yield* m.pteOffsetMapLock(vma.table);
  const pmd = yield* ops.pmdpHugeClearFlush(vma, addrOf(vma.start), pmdp);
  if (m.arch.pmd.pmdDirty(pmd)) yield* m.k.setPageDirty(frame);
  yield* m.pteUnmapUnlock(vma.table);
  yield* freePage(m, frame);
}

function* storeTo(m: Machine, { vma }: State, page: number): Step<void> {
  yield* new UserCpu(m, vma).store(page);
}

/** Take a huge page away while user code stores to it. */
const zapHuge = defineScenario<State>({
  id: 'toy/zap-huge',
  title: 'Take a huge page away while it is written',
  source: 'the suite itself',
  about: '',
  invariants: ['DIRTY', 'UAF'],
  params: {},
  setup: (w) => huge(w, 1, false),
  agents: {
    zap: { cpu: 0, role: 'kernel', note: 'holds ptl', run: (m, s) => zap(m, s, m.pmd) },
    user: { cpu: 1, role: 'user', run: (m, s) => storeTo(m, s, 0) },
  },
  mutants: {
    'read-then-clear': {
      what: 'the generic body: read the entry, then store zero',
      breaks: 'DIRTY',
      why: 'the hardware may set dirty between the two',
      unless: quiet,
      agents: { zap: { cpu: 0, role: 'kernel', run: (m, s) => zap(m, s, new GenericPmdOps(m)) } },
    },
  },
});

function* clean(m: Machine, { vma, folio, pmdp }: State, ops: HugePteOps): Step<void> {
  const sz = folio.frames.length * PAGE_SIZE;
  yield* m.pteOffsetMapLock(vma.table);
  const pte = yield* ops.hugePtepGetAndClear(vma.mm, addrOf(vma.start), pmdp, sz);
  if (m.arch.huge.hugePteDirty(pte)) for (const frame of folio.frames) yield* m.k.setPageDirty(frame);
  yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
  yield* m.pteUnmapUnlock(vma.table);
  for (const frame of folio.frames) yield* freePage(m, frame);
}

/** The same for a hugetlb page of two entries: the hardware may record a store in either. */
const zapHugetlb = defineScenario<State>({
  id: 'toy/zap-hugetlb',
  title: 'Take a hugetlb page of two entries away while it is written',
  source: 'the suite itself',
  about: '',
  invariants: ['DIRTY', 'UAF', 'CONT'],
  needs: ['contPte'],
  params: { block: 2 },
  setup: (w) => huge(w, 2, true),
  agents: {
    zap: { cpu: 0, role: 'kernel', note: 'holds ptl', run: (m, s) => clean(m, s, m.huge) },
    user: { cpu: 1, role: 'user', run: (m, s) => storeTo(m, s, 0) },
  },
  mutants: {
    'first-only': {
      what: 'only the first entry is emptied',
      breaks: 'UAF',
      why: 'the sibling still maps the page',
      agents: {
        zap: { cpu: 0, role: 'kernel', run: (m, s) => clean(m, s, new GenericHugePteOps(m)) },
        user: { cpu: 1, role: 'user', run: (m, s) => storeTo(m, s, 1) },
      },
    },
  },
});

it('races on huge pages come out as expected on every toy', async () => {
  const archs = [toyArch(), toySoft, toyPlain, flatToy];
  const { results } = await runSuite(plan(archs, [zapHuge, zapHugetlb]));
  const wrong = results.filter((r) => !r.asExpected);
  expect(wrong.map((r) => [r.cell.arch, r.cell.test, r.cell.variant, r.verdict, r.invariant])).toEqual([]);
  expect(results.filter((r) => r.verdict === 'violates').map((r) => [r.cell.arch, r.cell.test])).toEqual([
    ['toy', 'toy/zap-huge'],
    ['flat', 'toy/zap-huge'],
    ['toy', 'toy/zap-hugetlb'],
    ['toy-soft', 'toy/zap-hugetlb'],
  ]);
});
