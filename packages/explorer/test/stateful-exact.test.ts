import { expect, test } from 'vitest';
import { type Flavour, randomCode } from './brute/random-code.js';
import { compareStateful } from './brute/stateful.js';
import type { Keys } from './brute/steps.js';

const PROGRAMS = Number(process.env.RACEWALK_PROGRAMS ?? 60);
const START = Number(process.env.RACEWALK_SEED ?? 0);

/** Larger programs than this many trace prefixes are left out. */
const LIMIT = 1500;

test.each<[Flavour, boolean, Keys]>([
  ['mixed', false, false],
  ['mixed', false, true],
  ['locks', false, true],
  ['waits', false, true],
  ['atomics', false, true],
  ['ors', false, true],
  ['tlb', false, true],
  ['async', true, false],
  ['ipi', true, true],
  ['rcu', false, false],
  ['machine', false, true],
  ['ors', false, false],
  ['interrupts', true, true],
  ['interrupts', true, false],
  ['stores', true, true],
  ['stores', true, false],
  ['mixed', true, true],
  ['waits', true, true],
  ['locks', true, false],
  ['mixed', false, 'calls'],
  ['atomics', false, 'calls'],
  ['waits', true, 'calls'],
  ['machine', true, 'calls'],
  ['turns', true, false],
  ['turns', true, true],
])('random programs, %s, tso %s, keyed %s: the end states are all there are', (flavour, tso, keyed) => {
  const wrong: string[] = [];
  for (let seed = START, compared = 0; compared < PROGRAMS; seed++) {
    const result = compareStateful(randomCode(seed, flavour), tso, keyed, {}, LIMIT);
    if (result === null) continue;
    compared++;
    if (result !== '') wrong.push(`seed ${seed}: ${result}`);
  }
  expect(wrong).toEqual([]);
});
