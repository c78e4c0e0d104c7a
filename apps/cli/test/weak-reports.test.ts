/**
 * Two public reports about missing barriers, as races in the author's own words: as written they break under the weak order
 * and hold under sequential consistency; with the barrier they hold under both. They are no races of the suite, because the
 * suite runs each plug-in in its own order, which is sequential consistency for these.
 */
import { addrOf, type Vma } from '@racewalk/core';
import { atomic, type Cell, read, type Step, write } from '@racewalk/core/step';
import { explore, replay, shrink } from '@racewalk/explorer';
import {
  type AgentSpec,
  buildScenario,
  type Machine,
  nothing,
  type Scenario,
  UserCpu,
  withMemory,
} from '@racewalk/machine';
import { defineScenario, type Folio, freePage, linux } from '@racewalk/mm';
import { createWorkbench } from '@racewalk/wiring';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';

const { registry } = createWorkbench(CATALOGUE);

function verdict(
  scenario: Scenario,
  memory: 'sc' | 'weak',
  variant: string,
  archId = 'arm64-contpte',
): string {
  const { program } = buildScenario(scenario, withMemory(registry.arch(archId), memory), variant);
  const report = explore(program);
  if (report.verdict !== 'counterexample') return report.verdict;
  const short = shrink(program, report.counterexample, { states: 1000 });
  expect(replay(program, short.path).fault?.code).toBe(report.counterexample.code);
  return report.counterexample.code;
}

interface Tail {
  readonly flags: Cell;
  readonly head: Cell;
}

const split: AgentSpec<Tail> = {
  cpu: 0,
  role: 'kernel',
  note: 'splits a folio',
  *run(m, { flags, head }) {
    yield* write(flags, 1, 'tail page: locked');
    yield* m.k.smpWmb();
    yield* write(head, 0, 'tail page: its own head');
  },
};

const zap = (barrier: (m: Machine) => Step<void>): AgentSpec<Tail> => ({
  cpu: 1,
  role: 'kernel',
  note: 'finds the folio of a migration entry',
  *run(m, { flags, head }) {
    const own = (yield* read(head, 'compound_head')) === 0;
    yield* barrier(m);
    const locked = (yield* read(flags, 'PG_locked')) !== 0;
    const run = (_mem: Int32Array, _base: number, faults: { fail(code: string, text: string): void }) => {
      if (own && !locked) faults.fail('TORN', 'the folio of a migration entry is not locked');
      return 0;
    };
    yield* atomic([], run, { text: 'the folio is locked?', does: 'observe' }, { locked: false });
  },
});

function* rmb(m: Machine): Step<void> {
  yield* m.k.smpRmb();
}

const r10: Scenario = defineScenario<Tail>({
  id: 'test/softleaf-rmb',
  title: 'The folio of a migration entry during a split',
  source: 'CVE-2026-31466 (r10)',
  about:
    'A split publishes the flags of a tail page before its new head. A zap loads the head, then the flags.',
  invariants: ['TORN'],
  params: { block: 1 },
  setup: (w) => ({ flags: w.word('tail.flags', 0), head: w.word('tail.head', 1) }),
  agents: { split, zap: zap(rmb) },
  mutants: {
    'as-written': {
      what: 'no smp_rmb() between the two loads',
      breaks: 'TORN',
      why: 'the flags may be loaded first',
      agents: { zap: zap(nothing) },
    },
    'no-wmb': {
      what: 'no smp_wmb() between the two stores',
      breaks: 'TORN',
      why: 'the head may be seen first',
      patch: { smpWmb: nothing },
    },
  },
});

interface Mapped {
  readonly vma: Vma;
  readonly folio: Folio;
}

const unmap: AgentSpec<Mapped> = {
  cpu: 0,
  role: 'kernel',
  note: 'unmaps, invalidates, frees',
  *run(m, { vma, folio }) {
    yield* m.pte.pteClear(vma.mm, addrOf(vma.start), vma.table.entries[0]!);
    yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
    yield* freePage(m, folio.frames[0]!);
  },
};

const r23: Scenario = defineScenario<Mapped>({
  id: 'test/axcpu-tlbi',
  title: 'No barrier between the store to an entry and the TLBI',
  source: 'rcore-os/tgoskits#2008 (r23), case 1',
  about:
    'The store that empties the entry is still on its way when the TLBI completes, and a walk caches the old entry again.',
  invariants: ['UAF'],
  params: { block: 1 },
  setup(w) {
    const vma = w.vma({ pages: 1 });
    const folio = linux(w).folio({ pages: 1 });
    linux(w).mapFolio(vma, folio, { dirty: true, young: true });
    return { vma, folio };
  },
  agents: {
    unmap,
    user: {
      cpu: 1,
      role: 'user',
      note: 'loads twice',
      *run(m, { vma }) {
        const user = new UserCpu(m, vma, { faults: false });
        if (yield* user.load(0)) yield* user.load(0);
      },
    },
  },
  mutants: {
    'as-written': {
      what: 'no dsb(ishst) before the TLBI',
      breaks: 'UAF',
      why: 'the walk reads the old entry after the TLBI has completed',
      patch: { dsbIshst: nothing },
    },
  },
});

describe.each(
  ['arm64-contpte', 'riscv64', 'loongarch64'].filter((id) => registry.archs.some((a) => a.id === id)),
)('r10 on %s', (arch) => {
  test.each([
    ['upstream', 'exhausted'],
    ['mutant:as-written', 'TORN'],
    ['mutant:no-wmb', 'TORN'],
  ])('%s: %s under the weak order, holds in order', (variant, code) => {
    expect(verdict(r10, 'weak', variant, arch)).toBe(code);
    expect(verdict(r10, 'sc', variant, arch)).toBe('exhausted');
  });
});

test.each([
  ['upstream', 'exhausted'],
  ['mutant:as-written', 'UAF'],
])('r23, %s: %s under the weak order, holds in order', (variant, code) => {
  expect(verdict(r23, 'weak', variant)).toBe(code);
  expect(verdict(r23, 'sc', variant)).toBe('exhausted');
});
