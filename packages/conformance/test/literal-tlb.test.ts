/** The machine's cheap TLB against the literal one: the same verdicts, the same ends, and what each costs. */
import { describe, expect, it, test } from 'vitest';
import { outcomes, verdict } from './literal-tlb/outcomes.js';
import type { Case, Form } from './literal-tlb/races.js';

const CHEAP: Form = {};
const COMPLETIONS: Form = { completions: true };
const EVICTIONS: Form = { evictions: true };
const FILLS: Form = { fills: true };
const NO_FILLS: Form = { completions: true, evictions: true };
const EVERYTHING: Form = { completions: true, evictions: true, fills: true };

const INVARIANTS = ['UAF', 'STALE', 'PERM', 'DIRTY'] as const;

const CASES: readonly (readonly [Case['name'], Case['variant'], readonly string[]])[] = [
  ['zap', 'upstream', []],
  ['zap', 'no-flush', ['UAF', 'STALE', 'PERM']],
  ['zap', 'no-wait', ['UAF', 'STALE']],
  ['protect', 'upstream', []],
  ['protect', 'no-flush', ['PERM']],
  ['protect', 'no-wait', ['PERM']],
];

describe.each(CASES)('%s, %s', (name, variant, broken) => {
  const wrong = INVARIANTS.map((code) => (broken.includes(code) ? code : 'exhausted'));

  it.each([CHEAP, COMPLETIONS, EVICTIONS, FILLS, NO_FILLS, EVERYTHING])('one page, one CPU: %o', (form) => {
    const one: Case = { name, variant, size: 'one' };
    expect(INVARIANTS.map((code) => verdict(one, form, code))).toEqual(wrong);
    expect(outcomes(one, form).ends).toEqual(outcomes(one, CHEAP).ends);
  });

  it.each([COMPLETIONS, EVICTIONS])('two pages, two CPUs: %o', (form) => {
    const two: Case = { name, variant, size: 'two' };
    expect(INVARIANTS.map((code) => verdict(two, form, code))).toEqual(wrong);
    expect(outcomes(two, form).ends).toEqual(outcomes(two, CHEAP).ends);
  });
});

// Executions: cheap; completions (asynchronous invalidation costs nothing); evictions; both; fills nobody asked for.
test.each<[Case['name'], Case['size'], readonly number[]]>([
  ['zap', 'one', [39, 39, 143, 143, 178]],
  ['protect', 'one', [29, 29, 85, 85, 222]],
  ['zap', 'two', [273, 273, 5568, 5568, 18_307]],
  ['protect', 'two', [232, 232, 4992, 4992, 41_451]],
])('what the agents of a %s cost, %s of each', (name, size, counts) => {
  const all = [CHEAP, COMPLETIONS, EVICTIONS, NO_FILLS, FILLS].map((form) =>
    outcomes({ name, size, variant: 'upstream' }, form),
  );
  expect(all.map(({ executions, blocked }) => [executions, blocked])).toEqual(counts.map((n) => [n, 0]));
  for (const { ends } of all) expect(ends).toEqual(all[0]?.ends);
});

test('between walk and use a translation leaves the cheap TLB by invalidation only: then a page may be dirty without a store', () => {
  const [zap, noFlush] = (['upstream', 'no-flush'] as const).map((variant) =>
    [CHEAP, EVICTIONS].map((form) => outcomes({ name: 'zap', variant, size: 'two' }, form).exact),
  );
  expect(zap?.[1]).toEqual(zap?.[0]);
  expect([noFlush?.[0]?.size, noFlush?.[1]?.size]).toEqual([6, 8]);
});
