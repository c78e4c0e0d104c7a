/**
 * Two public reports about missing barriers, as races of the catalogue: as written they break under the weak order, which they
 * ask for, and hold in order; with the barrier they hold under both.
 */
import { explore, replay, shrink } from '@racewalk/explorer';
import { buildScenario, withMemory } from '@racewalk/machine';
import { createWorkbench } from '@racewalk/wiring';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';

const { registry, suite } = createWorkbench(CATALOGUE);

/** The verdict in the order `memory`, or, without one, in that of the race. */
function verdict(id: string, variant: string, arch: string, memory?: 'sc' | 'tso' | 'weak'): string {
  const plugin = withMemory(registry.arch(arch), memory);
  const { program } = buildScenario(registry.scenario(id), plugin, variant);
  const report = explore(program);
  if (report.verdict !== 'counterexample') return report.verdict;
  const short = shrink(program, report.counterexample, { states: 1000 });
  expect(replay(program, short.path).fault?.code).toBe(report.counterexample.code);
  return report.counterexample.code;
}

const has = (id: string): boolean => registry.archs.some((arch) => arch.id === id);

describe.each(['arm64-contpte', 'riscv64', 'loongarch64'].filter(has))('r10 on %s', (arch) => {
  test.each([
    ['upstream', 'exhausted'],
    ['mutant:no-rmb', 'TORN'],
    ['mutant:no-wmb', 'TORN'],
  ])('%s: %s under the weak order, holds in order', (variant, code) => {
    expect(verdict('reports/softleaf-rmb', variant, arch)).toBe(code);
    expect(verdict('reports/softleaf-rmb', variant, arch, 'weak')).toBe(code);
    expect(verdict('reports/softleaf-rmb', variant, arch, 'sc')).toBe('exhausted');
    expect(verdict('reports/softleaf-rmb', variant, arch, 'tso')).toBe('exhausted');
  });
});

test.each([
  ['upstream', 'exhausted', 'exhausted'],
  ['mutant:no-dsb', 'UAF', 'exhausted'],
  ['mutant:local', 'UAF', 'UAF'],
])('r23, %s: %s under the weak order, %s in order', (variant, weak, sc) => {
  expect(verdict('reports/tlbi-barrier', variant, 'arm64-contpte')).toBe(weak);
  expect(verdict('reports/tlbi-barrier', variant, 'arm64-contpte', 'sc')).toBe(sc);
});

test('the plan of a race with an order of its own has the plug-ins in that order, unless another is asked for', () => {
  const orders = (memory?: 'sc' | 'tso'): Record<string, string> => {
    const archs = registry.archs.map((arch) => withMemory(arch, memory));
    const { cells } = createWorkbench({ archs, scenarios: registry.scenarios }).suite.plan({
      test: 'reports/softleaf-rmb',
      variant: 'upstream',
    });
    return Object.fromEntries(cells.map(({ arch, plugin }) => [arch, plugin.memory]));
  };
  expect(orders()).toMatchObject({ 'arm64-contpte': 'weak', riscv64: 'weak', 'x86-64': 'tso' });
  expect(orders('sc')).toMatchObject({ 'arm64-contpte': 'sc', riscv64: 'sc', 'x86-64': 'sc' });
  expect(orders('tso')).toMatchObject({ 'arm64-contpte': 'tso', 'x86-64': 'tso' });
});

test('what is expected of a mutant follows the order', () => {
  const cell = (variant: string) =>
    suite.plan({ test: 'reports/tlbi-barrier', archs: ['x86-64'], variant }).cells[0];
  expect(cell('no-dsb')?.expected).toBe('holds');
  expect(cell('local')?.expected).toBe('violates:UAF');
});
