import { expect, test } from 'vitest';
import { compareEnds, compareStrategies } from './strategies-agree.js';

/** Every so many cells one is run; RACEWALK_STRIDE=1 is all of them (some ten minutes). */
const STRIDE = Number(process.env.RACEWALK_STRIDE ?? 11);

test('both exhaustive searches come to the same verdict on more real races', async () => {
  const { compared, wrong } = await compareStrategies(STRIDE);
  expect(wrong).toEqual([]);
  expect(compared).toBeGreaterThan(500);
}, 3_600_000);

test('both exhaustive searches come to the same ends on more real races', () => {
  const { compared, wrong } = compareEnds(3 * STRIDE);
  expect(wrong).toEqual([]);
  expect(compared).toBeGreaterThan(150);
}, 3_600_000);
