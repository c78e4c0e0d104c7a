import type { Program } from '@racewalk/core/step';
import { explore, replay, shrink } from '@racewalk/explorer';
import { expect, test } from 'vitest';
import { enumerate, isComplete, rulesFor } from './brute/enumerate.js';
import { randomCode } from './brute/random-code.js';
import { toProgram } from './brute/steps.js';
import { alternatives, initial, type Rules, take, type World } from './brute/world.js';
import { teardown } from './models/teardown.js';

test.each([
  [4, 1],
  [8, 2],
])('T2 buggy (%i,%i): one preemption', (n, w) => {
  const buggy = teardown(n, w, { buggy: true });
  for (const strategy of ['dpor', 'random'] as const) {
    const report = explore(buggy, { strategy });
    if (report.verdict !== 'counterexample') throw new Error(report.verdict);
    const small = shrink(buggy, report.counterexample, { states: 1_000_000 });
    expect(small).toMatchObject({ code: 'DIRTY', preemptions: 1, optimal: true });
    expect(small.steps).toBeLessThanOrEqual(report.counterexample.steps);
    expect(replay(buggy, small.path).fault).toMatchObject({ code: 'DIRTY', message: small.message });
  }
});

test('without time, shrinking still returns a schedule with the fault', () => {
  const buggy = teardown(8, 2, { buggy: true });
  const report = explore(buggy, { strategy: 'random', seed: 3 });
  if (report.verdict !== 'counterexample') throw new Error(report.verdict);
  const small = shrink(buggy, report.counterexample, { ms: 0 });
  expect(replay(buggy, small.path).fault?.code).toBe('DIRTY');
});

/** Fewest preemptions to a deadlock, by walking every interleaving. */
function fewestByBruteForce(rules: Rules): number {
  let best = Number.POSITIVE_INFINITY;
  const threads = rules.code.threads.length;
  const walk = (w: World, last: number, spent: number): void => {
    if (spent >= best) return;
    const next: [World, number, boolean][] = [];
    for (let agent = 0; agent < w.keys.length; agent++) {
      for (let c = 0; c < alternatives(rules, w, agent); c++) {
        const to = take(rules, w, agent, c);
        if (to !== null) next.push([to, agent, alternatives(rules, w, agent) > 1 || agent >= threads]);
      }
    }
    if (next.length === 0 && !isComplete(rules, w)) best = spent;
    const could = next.some(([, agent]) => agent === last);
    for (const [to, agent, free] of next) {
      walk(to, free ? last : agent, spent + (!free && could && agent !== last ? 1 : 0));
    }
  };
  walk(initial(rules), -1, 0);
  return best;
}

test('deadlocks of random programs: the fewest preemptions equal brute force', () => {
  let compared = 0;
  for (let seed = 0; compared < 60; seed++) {
    const code = randomCode(seed, 'locks');
    for (const memory of ['sc', 'tso'] as const) {
      const rules = rulesFor(code, memory === 'tso', 300);
      const all = rules === null ? null : enumerate(rules, 300);
      if (rules === null || all === null || all.deadlocks.size === 0) continue;
      const program = toProgram(code, memory);
      const report = explore(program);
      if (report.verdict !== 'counterexample' || !report.counterexample.message.startsWith('nobody'))
        continue;
      // Other LIVE faults (a lock released by mistake) may be cheaper than the deadlock.
      if (explore(program, { stopAtFirst: false }).deadlocks === 0 || hasOtherFaults(program)) continue;
      const small = shrink(program, report.counterexample, { states: 1_000_000 });
      expect([seed, memory, small.optimal, small.preemptions]).toEqual([
        seed,
        memory,
        true,
        fewestByBruteForce(rules),
      ]);
      compared++;
    }
  }
});

function hasOtherFaults(program: Program): boolean {
  const waiting = program.threads.map(({ name, body }) => ({ name, body, daemon: true }));
  const { locks: _, ...rest } = { ...program, threads: waiting };
  return explore(rest).verdict === 'counterexample';
}
