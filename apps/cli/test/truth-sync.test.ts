import { describe, expect, test } from 'vitest';
import { flushIpi, ipi, iret, rcu } from './truth/sync-races.js';
import { ARCHS, verdictOf } from './truth/verdict.js';

const TSO = ['x86-64', 'x86-pae'];

describe('what synchronises', () => {
  test.each(ARCHS)('an exception and its return drain the store buffer, on %s', (arch) => {
    expect(verdictOf(iret, arch)).toBe('holds');
  });

  test.each(ARCHS)('an answered IPI orders, on %s', (arch) => {
    expect(verdictOf(ipi, arch)).toBe('holds');
    expect(verdictOf(ipi, arch, 'mutant:none')).toBe('MISS');
  });

  test.each(ARCHS)('a grace period orders, and the same without one does not, on %s', (arch) => {
    expect(verdictOf(rcu, arch)).toBe('holds');
    expect(verdictOf(rcu, arch, 'mutant:none')).toBe('MISS');
  });

  test.each(TSO)('a flush by interrupt orders as any other interrupt, on %s', (arch) => {
    expect(verdictOf(flushIpi, arch)).toBe('MISS');
    expect(verdictOf(flushIpi, arch, 'mutant:flush')).toBe('holds');
  });
});
