import 'reflect-metadata';
import { bit, bits, defineArch, layoutValues, nearest, PTE_ZERO, type PteLayout } from '@racewalk/core';
import { defineBareScenario } from '@racewalk/machine';
import { container } from 'tsyringe';
import { describe, expect, it } from 'vitest';
import { createWorkbench, TOKENS } from '../src/index.js';

const layout: PteLayout = {
  fields: [
    { name: 'flags', lo: 0, hi: 7, means: 'one bit each', source: 'toy' },
    { name: 'PFN', lo: 12, hi: 47, means: 'frame', source: 'toy' },
  ],
  pfn: [12, 47],
  valid: bit(0),
  protnone: bit(4),
  write: bit(1),
  dirty: bit(3),
  young: bit(2),
  special: bit(5),
  pmdLeafSet: bit(7),
  pmdLeafClear: PTE_ZERO,
  swap: { type: [6, 10], offset: [12, 50], exclusive: bit(5) },
};

const arch = (id: string) =>
  defineArch({
    id,
    title: id,
    capabilities: ['ipiFlush'],
    memory: 'sc',
    layout,
    values: {
      ...layoutValues(layout),
      mkProt: () => bits(0, 1),
      protNone: () => bit(4),
      pteModify: (pte) => pte,
    },
    walker: { walk: () => ({ ok: false, fault: 'translation' }), permits: () => false },
    omits: [],
  });

const scenario = (id: string) =>
  defineBareScenario<null>({
    id,
    title: id,
    source: 'here',
    about: '',
    invariants: [],
    params: {},
    setup: () => null,
    agents: { one: { cpu: 0, role: 'kernel', *run() {} } },
    mutants: {
      'no-flush': {
        what: '',
        breaks: 'UAF',
        why: '',
        agents: { one: { cpu: 0, role: 'kernel', *run() {} } },
      },
    },
  });

const archs = [arch('arm64-contpte'), arch('x86-64')];
const scenarios = [scenario('contpte/fold'), scenario('contpte/unfold')];

describe('a workbench', () => {
  const { registry, suite } = createWorkbench({ archs, scenarios });

  it('has what was registered, in that order', () => {
    expect(registry.archs).toEqual(archs);
    expect(registry.scenarios).toEqual(scenarios);
    expect(registry.variants('contpte/fold')).toEqual(['upstream', 'mutant:no-flush']);
  });

  it('shares nothing with another one, and leaves the global container alone', () => {
    const other = createWorkbench({ archs: [arch('other')], scenarios: [] });
    expect(other.registry.archs.map((a) => a.id)).toEqual(['other']);
    expect(registry.archs).toHaveLength(2);
    for (const token of Object.values(TOKENS)) expect(container.isRegistered(token)).toBe(false);
  });

  it('plans and runs', async () => {
    const plan = suite.plan({ archs: ['x86-64'], test: 'contpte/f*', variant: 'upstream' });
    const { results } = await suite.run(plan);
    expect(results.map((r) => `${r.cell.test} ${r.cell.arch} ${r.verdict}`)).toEqual([
      'contpte/fold x86-64 holds',
    ]);
  });

  it.each([
    ['RACEWALK_UNKNOWN_ARCH', { archs: ['x86_64'] }, 'did you mean x86-64?'],
    ['RACEWALK_UNKNOWN_TEST', { test: 'contpte/fald' }, 'did you mean contpte/fold?'],
    ['RACEWALK_UNKNOWN_TEST', { test: 'zzzzzzzzz' }, 'see: racewalk list tests'],
    ['RACEWALK_UNKNOWN_VARIANT', { variant: 'noflush' }, 'did you mean no-flush?'],
  ])('says %s for %o', (code, filter, hint) => {
    const error = (() => {
      try {
        suite.plan(filter);
      } catch (thrown) {
        return thrown;
      }
      return null;
    })();
    expect(error).toMatchObject({ code, hint: expect.stringContaining(hint) });
  });
});

describe('the nearest name', () => {
  const known = ['arm64-contpte', 'x86-64', 'sw-dirty'];
  it.each([
    ['arm64-contpe', 'arm64-contpte'],
    ['X86-64', 'x86-64'],
    ['contpte', 'arm64-contpte'],
    ['riscv-svadu', null],
    ['', null],
  ])('%s: %s', (name, expected) => {
    expect(nearest(name, known)).toBe(expected);
  });
});
