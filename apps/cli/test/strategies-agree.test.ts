import { runCell } from '@racewalk/conformance/matrix';
import { createWorkbench } from '@racewalk/wiring';
import { expect, test } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';

/** Every so many cells one is run; 1 is all of them (some minutes). */
const STRIDE = Number(process.env.RACEWALK_STRIDE ?? 31);

// Locks, IPIs, RCU, choices of the TLB, invalidations under way, store buffers: what the races are made of.
test('both exhaustive searches come to the same verdict on real races', async () => {
  const { cells } = createWorkbench(CATALOGUE).suite.plan({ variant: 'all' });
  const wrong: string[] = [];
  let compared = 0;
  for (const [i, cell] of cells.filter(({ expected }) => expected !== 'not-applicable').entries()) {
    if (i % STRIDE !== 0) continue;
    const options = { ms: 60_000, shrinkStates: 0, shrinkCaughtStates: 0 };
    const dpor = await runCell(cell, { ...options, strategy: 'dpor' });
    const stateful = await runCell(cell, { ...options, strategy: 'stateful' });
    // A mutant may name several invariants: which of them is found first is up to the search.
    const [a, b] = [dpor, stateful].map(
      ({ verdict, invariant, asExpected }) => `${verdict} ${asExpected ? cell.expected : invariant}`,
    );
    if (a !== b) wrong.push(`${cell.test} ${cell.arch} ${cell.variant}: ${a}, then ${b}`);
    compared++;
  }
  expect(wrong).toEqual([]);
  expect(compared).toBeGreaterThan(50);
}, 120_000);
