/** The weak order against brute force on random programs. */
import { describe, expect, it } from 'vitest';
import { randomCode } from './brute/random-code.js';
import { compareWeak } from './brute/weak/compare.js';

const PROGRAMS = Number(process.env.RACEWALK_PROGRAMS ?? 120);
const START = Number(process.env.RACEWALK_SEED ?? 0);

describe('weak order against all schedules', () => {
  it.each(['weak', 'loads', 'stores', 'locks', 'mixed', 'ors', 'several', 'interrupts'] as const)(
    '%s',
    (flavour) => {
      const wrong: string[] = [];
      let traces = 0;
      let graphs = 0;
      let views = 0;
      for (let seed = START, compared = 0; compared < PROGRAMS; seed++) {
        const result = compareWeak(randomCode(seed, flavour), 400);
        if (result === null) continue;
        compared++;
        traces += result.traces;
        graphs += result.graphs;
        if (result.views) views++;
        if (result.wrong !== '') wrong.push(`seed ${seed}: ${result.wrong}`);
      }
      expect(wrong).toEqual([]);
      expect(traces).toBeGreaterThan(PROGRAMS);
      expect(views).toBeGreaterThan(PROGRAMS / 2);
      // Two loads that are early may each be put first: then one execution is made twice.
      if (process.env.RACEWALK_PROGRAMS !== undefined) {
        process.stdout.write(
          `${flavour}: ${traces} executions, ${graphs} graphs, ${views} compared by views\n`,
        );
      }
      expect(traces / graphs).toBeLessThan(1.2);
    },
    600_000,
  );

  it('a step that orders nothing stands in its place, and what follows it may come earlier', () => {
    // Thread 1: an observer sees the newest store, a lock, and then a load that passes by that store.
    expect(compareWeak(randomCode(901951, 'stores'), 400)?.wrong).toBe('');
  });
});
