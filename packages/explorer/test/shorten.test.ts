import { expect, test } from 'vitest';
import type { Code } from './brute/code.js';
import { type Flavour, randomCode } from './brute/random-code.js';
import { shorten } from './brute/shorten.js';
import { textOf } from './brute/text.js';
import { FLAVOURS, trialOf, tryOut } from './brute/trial.js';

const has = (code: Code, what: string): boolean => code.threads.some((t) => t.some((i) => i.do === what));

test.each<[Flavour, string, string]>([
  ['tlb', 'choose', 'choose 2'],
  ['mixed', 'cmpxchg', 'cmpxchg ['],
  ['locks', 'trylock', 'trylock ['],
])('of a program of flavour %s with %s nothing else is left', (flavour, what, text) => {
  let seed = 0;
  while (!has(randomCode(seed, flavour), what)) seed++;
  const small = shorten(randomCode(seed, flavour), (code) => has(code, what));
  expect(small.threads.flat()).toHaveLength(1);
  expect(textOf(small)).toContain(text);
});

test('jumps go where they went', () => {
  let seed = 0;
  while (!has(randomCode(seed, 'tlb'), 'choose')) seed++;
  const code = randomCode(seed, 'tlb');
  const targets = (c: Code): boolean =>
    c.threads.every((t) => t.every((i) => i.do !== 'jump-if' || (i.to >= 0 && i.to <= t.length)));
  shorten(code, (smaller) => {
    expect(targets(smaller)).toBe(true);
    return has(smaller, 'choose');
  });
});

test('a trial follows from its number', () => {
  for (let number = 0; number < 2 * FLAVOURS.length; number++) {
    expect(trialOf(number)).toEqual(trialOf(number));
    expect(tryOut(trialOf(number), 600)?.wrong ?? '').toBe('');
  }
});
