import { describe, expect, test } from 'vitest';
import { looksOnce, looksTwice, looksUnderLock, readsItself } from './truth/told-races.js';
import { ARCHS, verdictOf } from './truth/verdict.js';

const inHalves = (arch: string) => arch === 'x86-pae';

describe.each(ARCHS)('a reader that says nothing of what it uses, on %s', (arch) => {
  const torn = inHalves(arch) ? 'TORN' : 'holds';

  test('puts two halves together, and does not look again', () => {
    expect(verdictOf(looksOnce, arch)).toBe(torn);
    expect(verdictOf(readsItself, arch)).toBe(torn);
  });

  test('throws a mixture away, because it looks again', () => {
    expect(verdictOf(looksUnderLock, arch)).toBe('holds');
    expect(verdictOf(looksTwice, arch)).toBe('holds');
  });
});
