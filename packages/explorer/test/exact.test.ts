import { expect, test } from 'vitest';
import { compare } from './brute/compare.js';
import { enumerate, rulesFor } from './brute/enumerate.js';
import { type Flavour, randomCode } from './brute/random-code.js';

const PROGRAMS = Number(process.env.RACEWALK_PROGRAMS ?? 120);
const START = Number(process.env.RACEWALK_SEED ?? 0);

test.each<[Flavour, boolean]>([
  ['mixed', false],
  ['locks', false],
  ['waits', false],
  ['atomics', false],
  ['ors', false],
  ['several', false],
  ['several', true],
  ['tlb', false],
  ['async', false],
  ['ipi', false],
  ['rcu', false],
  ['machine', true],
  ['stores', true],
  ['interrupts', true],
  ['turns', true],
  ['interrupts', false],
  ['mixed', true],
  ['waits', true],
  ['locks', true],
])('random programs, %s, tso %s: the executions are exactly the traces', (flavour, tso) => {
  const wrong: string[] = [];
  for (let seed = START, compared = 0; compared < PROGRAMS; seed++) {
    const result = compare(randomCode(seed, flavour), tso);
    if (result === null) continue;
    compared++;
    if (result.wrong !== '') wrong.push(`seed ${seed}: ${result.wrong}`);
  }
  expect(wrong).toEqual([]);
});

test('the enumerator itself: merging equivalent prefixes loses nothing', () => {
  let compared = 0;
  for (let seed = 0; compared < 150; seed++) {
    const code = randomCode(seed, 'mixed');
    for (const tso of [false, true]) {
      const rules = rulesFor(code, tso, 2000);
      const every = rules === null ? null : enumerate(rules, 2000, undefined, false);
      if (rules === null || every === null) continue;
      expect(enumerate(rules, 2000)).toEqual(every);
      compared++;
    }
  }
});
