/** The weak order against brute force on random programs. */
import { Order } from '@racewalk/core/step';
import { describe, expect, it } from 'vitest';
import type { Code, Instr } from './brute/code.js';
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

  it('a retry over several words may come before a compare-and-exchange whose store leaves later', () => {
    const last: Instr = {
      do: 'cmpxchg',
      at: { base: 1 },
      old: { plus: 1 },
      value: { plus: 0 },
      order: Order.ACQUIRE,
      dst: 2,
    };
    const threads: Instr[][] = [
      [{ do: 'write', at: { base: 1 }, value: { plus: 1 }, dst: 1 }],
      [{ do: 'retry', cells: [0, 1], regs: [0, 1] }],
      [last],
    ];
    for (const order of [threads, threads.toReversed()]) {
      const code: Code = { data: 2, locks: 2, threads: order, daemons: [false, false, false] };
      // It goes on before the claim, between claim and store, never, or the exchange fails.
      expect(compareWeak(code, 400)).toMatchObject({ wrong: '', traces: 4, deadlocks: 1 });
    }
  });

  it('a step that orders nothing stands in its place, and what follows it may come earlier', () => {
    // Thread 1: an observer sees the newest store, a lock, and then a load that passes by that store.
    expect(compareWeak(randomCode(901951, 'stores'), 400)?.wrong).toBe('');
  });
});
