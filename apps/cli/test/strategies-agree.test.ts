import { expect, test } from 'vitest';
import { compareStrategies } from './strategies-agree.js';

// Locks, IPIs, RCU, choices of the TLB, invalidations under way, store buffers: what the races are made of.
test('both exhaustive searches come to the same verdict on real races', async () => {
  const { compared, wrong } = await compareStrategies(83);
  expect(wrong).toEqual([]);
  expect(compared).toBeGreaterThan(50);
}, 120_000);
