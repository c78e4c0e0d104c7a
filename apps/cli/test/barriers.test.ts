/**
 * Each row of the tables of docs/barriers.md. Of the first: with the barrier the race holds under the weak order, without it an
 * invariant breaks. Of the second: it holds without it, in every schedule.
 */
import { readFileSync } from 'node:fs';
import { PTE_ZERO, type Ptep, type PteWord, pteWord } from '@racewalk/core';
import { Barrier, fence, read, type Step } from '@racewalk/core/step';
import { explore } from '@racewalk/explorer';
import {
  announceStore,
  buildScenario,
  type Machine,
  type Mutant,
  nothing,
  withMemory,
} from '@racewalk/machine';
import { createWorkbench } from '@racewalk/wiring';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';

type Dropped = Pick<Mutant<unknown>, 'patch' | 'within'>;

const halves = (m: Machine) => m.entries as Required<Machine['entries']>;

/** The generic `ptep_get_lockless()` with one of its two barriers. */
const lockless = (first: boolean): NonNullable<Dropped['patch']> => ({
  *ptepGetLockless(m: Machine, ptep: Ptep): Step<PteWord> {
    const entries = halves(m);
    let low = yield* entries.readLow(ptep);
    for (;;) {
      if (first) yield* fence('smp_rmb', Barrier.LOADS);
      const high = yield* entries.readHigh(ptep);
      if (!first) yield* fence('smp_rmb', Barrier.LOADS);
      const again = yield* entries.readLow(ptep);
      if (again === low) return pteWord(low, high);
      low = again;
    }
  },
});

/** The barriers of the page, by their names there: what is left if one is dropped. */
const BARRIERS: Readonly<Record<string, Dropped>> = {
  'dsb(ishst)': { patch: { dsbIshst: nothing } },
  'smp_rmb(), count and dirty flag': { patch: { smpRmb: nothing }, within: 'tryToUnmapOne' },
  'smp_mb(), entry and count': { patch: { smpMb: nothing }, within: 'tryToUnmapOne' },
  'smp_wmb(), halves of a store': {
    patch: {
      *setPte(m, ptep, pte): Step<void> {
        yield* announceStore((m as Machine).world, ptep, pte, m.op);
        yield* halves(m as Machine).writeHigh(ptep, pte);
        yield* halves(m as Machine).writeLow(ptep, pte);
      },
    },
  },
  'smp_wmb(), halves of a clear': {
    patch: {
      *pteClear(m, _mm, _addr, ptep): Step<void> {
        yield* announceStore((m as Machine).world, ptep, PTE_ZERO, m.op);
        yield* halves(m as Machine).writeLow(ptep, PTE_ZERO);
        yield* halves(m as Machine).writeHigh(ptep, PTE_ZERO);
      },
    },
  },
  'smp_rmb(), low before high': { patch: lockless(false) },
  'smp_rmb(), high before low': { patch: lockless(true) },
  'smp_wmb(), a count begins': { patch: { smpWmb: nothing }, within: 'rawWriteSeqcountBegin' },
  'smp_wmb(), a count ends': { patch: { smpWmb: nothing }, within: 'rawWriteSeqcountEnd' },
  'smp_rmb(), a count is checked': { patch: { smpRmb: nothing }, within: 'readSeqcountRetry' },
  'acquire, a count is read': { patch: { rawReadSeqcount: (_m, cell) => read(cell, 'raw_read_seqcount') } },
  'smp_wmb(), a range is given back': { patch: { smpWmb: nothing }, within: 'kvmMmuInvalidateEnd' },
  'smp_rmb(), a fault is checked': { patch: { smpRmb: nothing }, within: 'mmuInvalidateRetry' },
  'smp_wmb(), a table is installed': { patch: { smpWmb: nothing } },
  'smp_wmb(), an empty entry gets a table': { patch: { smpWmb: nothing }, within: 'pmdInstall' },
  'smp_mb(), mask and flush': { patch: { smpMb: nothing } },
};

const page = readFileSync(new URL('../../../docs/barriers.md', import.meta.url), 'utf8');
const rows = [
  ...page.matchAll(/^\| `([^`|]+)` \| [^|]+ \| `([^`|]+)` \| ([^|]+) \| ([A-Z]+|holds)(?:: [^|]+)? \|$/gm),
].flatMap(([, barrier = '', race = '', archs = '', code = '']) =>
  archs.split(', ').map((arch) => [barrier, race, arch.replaceAll('`', ''), code] as const),
);

const { registry } = createWorkbench(CATALOGUE);

function verdictOf(barrier: string | null, race: string, archId: string): string {
  const scenario = registry.scenario(race);
  const { mutants } = scenario;
  const dropped = { what: `no ${barrier}`, breaks: 'UAF', why: '', ...BARRIERS[barrier ?? ''] } as const;
  const without = { ...scenario, mutants: { ...mutants, dropped } };
  const arch = withMemory(registry.arch(archId), 'weak');
  const { program } = buildScenario(without, arch, barrier === null ? 'upstream' : 'mutant:dropped');
  const report = explore(program, { checkDeterminism: false });
  return report.verdict === 'counterexample' ? report.counterexample.code : report.verdict;
}

describe('docs/barriers.md', () => {
  test('has rows of both kinds, and every barrier that can be dropped here', () => {
    expect(rows.filter(([, , , code]) => code === 'holds').length).toBeGreaterThan(5);
    expect(rows.filter(([, , , code]) => code !== 'holds').length).toBeGreaterThan(12);
    expect(new Set(rows.map(([barrier]) => barrier))).toEqual(new Set(Object.keys(BARRIERS)));
  });

  const races = [...new Set(rows.map(([, race, arch]) => `${race} ${arch}`))].map((row) => row.split(' '));

  test.each(races)('%s holds on %s with all of them', (race = '', arch = '') => {
    expect(verdictOf(null, race, arch)).toBe('exhausted');
  });

  test.each(rows)('%s in %s on %s, dropped: %s', (barrier, race, arch, code) => {
    expect(verdictOf(barrier, race, arch)).toBe(code === 'holds' ? 'exhausted' : code);
  });
});
