import type { MemoryModel, Program } from '@racewalk/core/step';
import { explore, Frontier, type FrontierCounts, type Job, JobRunner } from '@racewalk/explorer';
import { expect, test } from 'vitest';
import { type Flavour, randomCode } from './brute/random-code.js';
import { toProgram } from './brute/steps.js';
import { flags } from './models/flags.js';
import { teardown } from './models/teardown.js';

const json = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** Several workers, of which now one and now another answers; everything goes through JSON. */
function inPieces(program: Program, seed: number, executions: number, workers: number): FrontierCounts {
  let frontier = new Frontier();
  const runners = Array.from({ length: workers }, () => new JobRunner(program, { stopAtFirst: false }));
  const out: Job[] = [];
  let random = seed + 1;
  const below = (n: number): number => {
    random = (Math.imul(random, 1103515245) + 12345) & 0x7fffffff;
    return (random >> 8) % n;
  };
  while (!frontier.done) {
    while (out.length < workers) {
      const job = frontier.next(executions);
      if (job === undefined) break;
      out.push(json(job));
    }
    const [job] = out.splice(below(out.length), 1);
    const what = below(20);
    if (what === 0) frontier.giveUp(job!.id);
    else frontier.answer(json(runners[below(workers)]!.run(job!)), 2 * workers);
    if (what !== 1) continue;
    frontier = Frontier.restore(json(frontier.save()));
    out.length = 0;
  }
  return frontier.counts;
}

const FLAVOURS: readonly Flavour[] = ['mixed', 'locks', 'waits', 'atomics', 'ors', 'stores'];
/** More with `RACEWALK_JOB_SEEDS`. */
const SEEDS = Number(process.env.RACEWALK_JOB_SEEDS ?? 60);
const CASES = FLAVOURS.flatMap((flavour) =>
  (['sc', 'tso'] as const).map((memory) => [flavour, memory] as const),
);

test.each(CASES)('random programs in pieces, %s, %s: every class of schedules once', (flavour, memory) => {
  let executions = 0;
  let blocked = 0;
  for (let seed = 0; seed < SEEDS; seed++) {
    const program = toProgram(randomCode(seed, flavour), memory as MemoryModel);
    const whole = explore(program, { stopAtFirst: false, bounds: { executions: 400 } });
    if (whole.verdict !== 'exhausted') continue;
    const pieces = inPieces(program, seed, 1 + (seed % 5), 1 + (seed % 4));
    expect([seed, pieces.executions, pieces.deadlocks]).toEqual([seed, whole.executions, whole.deadlocks]);
    executions += pieces.executions;
    blocked += pieces.blocked;
  }
  expect(executions).toBeGreaterThan(0);
  // Redundant work is possible, but rare even in pieces of a few executions.
  expect(blocked).toBeLessThanOrEqual(executions / 20);
});

test.each<[string, Program, number]>([
  ['F(4)', flags(4), 1_536],
  ['T2(8,2)', teardown(8, 2), 3_572],
])('%s in pieces: the pinned count', (_, program, count) => {
  const { executions, blocked } = inPieces(program, 1, 50, 3);
  expect([executions, blocked]).toEqual([count, 0]);
});
