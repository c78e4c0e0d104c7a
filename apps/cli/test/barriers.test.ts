/** Each row of docs/barriers.md: with the barrier the race holds under the weak order, without it an invariant breaks. */
import { readFileSync } from 'node:fs';
import { explore } from '@racewalk/explorer';
import { buildScenario, nothing, withMemory } from '@racewalk/machine';
import { createWorkbench } from '@racewalk/wiring';
import { expect, test } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';

/** Names of barriers in the document, by the operation that is one. */
const BARRIERS: Readonly<Record<string, 'dsbIshst'>> = { 'dsb(ishst)': 'dsbIshst' };

const page = readFileSync(new URL('../../../docs/barriers.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `([^`|]+)` \| [^|]+ \| `([^`|]+)` \| ([A-Z]+) \|$/gm)].map(
  ([, barrier = '', race = '', code = '']) => [barrier, race, code] as const,
);

const { registry } = createWorkbench(CATALOGUE);
const arch = withMemory(registry.arch('arm64-contpte'), 'weak');

test('the document has rows', () => {
  expect(rows.length).toBeGreaterThan(3);
});

test.each(rows)(
  '%s in %s: %s without it',
  (barrier, race, code) => {
    const scenario = registry.scenario(race);
    const { mutants } = scenario;
    const dropped = {
      what: `no ${barrier}`,
      breaks: 'UAF',
      why: '',
      patch: { [BARRIERS[barrier]!]: nothing },
    } as const;
    const without = { ...scenario, mutants: { ...mutants, dropped } };
    const run = (variant: string) =>
      explore(buildScenario(without, arch, variant).program, { checkDeterminism: false });
    expect(run('upstream').verdict).toBe('exhausted');
    const report = run('mutant:dropped');
    expect(report.verdict === 'counterexample' ? report.counterexample.code : report.verdict).toBe(code);
  },
  60_000,
);
