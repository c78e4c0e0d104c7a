import { describe, expect, test } from 'vitest';
import { inVain, late } from './truth/device-races.js';
import { ARCHS, verdictOf } from './truth/verdict.js';

describe('a device that faults again and again', () => {
  test.each(ARCHS)('is a livelock if the kernel helps in vain, on %s', (arch) => {
    expect(verdictOf(inVain, arch)).toBe('LIVE');
  });

  test.each(ARCHS)('is none if a later call helps, on %s', (arch) => {
    expect(verdictOf(late, arch)).toBe('holds');
  });
});
