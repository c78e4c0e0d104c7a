/** What a counterexample hangs on, compared with brute force. */
import { CellTable, choose, type Program, read, write } from '@racewalk/core/step';
import { type Causes, causes, explore, type Path, replay } from '@racewalk/explorer';
import { expect, test } from 'vitest';
import { randomCode } from './brute/random-code.js';
import { toProgram } from './brute/steps.js';
import { teardown } from './models/teardown.js';

function found(program: Program): Path {
  const report = explore(program);
  if (report.verdict !== 'counterexample') throw new Error(report.verdict);
  return report.counterexample.path;
}

const stepsOf = (path: Path): number => path.filter((entry) => entry >= 0).length;

/** Whether some continuation ends without a fault; by replaying every one of them. */
function escapes(program: Program, path: Path, agents: number): boolean {
  const { divergence, fault, complete } = replay(program, path);
  if (divergence !== undefined || fault !== undefined) return false;
  if (complete) return true;
  for (let agent = 0; agent < agents; agent++) {
    for (const more of [[agent], [agent, ~0], [agent, ~1]]) {
      if (escapes(program, [...path, ...more], agents)) return true;
    }
  }
  return false;
}

function sinceByBruteForce(program: Program, path: Path): number | null {
  const cuts = [...path.keys()].filter((i) => path[i]! >= 0);
  for (const [step, cut] of cuts.entries()) {
    const behind = path.slice(0, cuts[step + 1] ?? path.length);
    if (step === 0 && !escapes(program, [], program.threads.length)) return null;
    if (!escapes(program, behind, program.threads.length)) return step;
    expect(cut).toBeLessThan(path.length);
  }
  throw new Error('the fault is not at the end');
}

const table = new CellTable();
const n = table.add({ name: 'n', initial: 0 });
const other = table.add({ name: 'other', initial: 0 });

/** Two threads that add one, not atomically, and something else that does not matter. */
const lost: Program = {
  name: 'lost',
  memory: 'sc',
  cells: table.cells,
  threads: ['a', 'b'].map((name) => ({
    name,
    *body() {
      yield* write(other, 7);
      const seen = yield* read(n);
      yield* read(other);
      yield* write(n, seen + 1);
    },
  })),
  final(memory, _, sink) {
    if (memory[n] !== 2) sink.fail('LOST', 'an update is lost');
  },
};

test('the chain of a lost update is the read, the other store and the store; it is doomed when both have read', () => {
  // a: write read read | b: write read read write | a: write
  const path = [0, 0, 0, 1, 1, 1, 1, 0];
  const { chain, brokenSince, unsure } = causes(lost, path);
  expect(unsure).toEqual([]);
  expect(brokenSince).toBe(4);
  expect(brokenSince).toBe(sinceByBruteForce(lost, path));
  expect(chain).toEqual([1, 4, 6, 7]);
});

test('broken since is what brute force says, on random programs', () => {
  let compared = 0;
  for (let seed = 0; compared < 15 && seed < 4_000; seed++) {
    const program = toProgram(randomCode(seed, 'locks'), 'sc');
    const report = explore(program, { bounds: { executions: 200 } });
    if (report.verdict !== 'counterexample') continue;
    const { path } = report.counterexample;
    if (stepsOf(path) > 7) continue;
    const known = causes(program, path);
    if (known.brokenSince === undefined) continue;
    expect([seed, known.brokenSince]).toEqual([seed, sinceByBruteForce(program, path)]);
    compared++;
  }
  expect(compared).toBeGreaterThan(10);
});

test('says what it gave up, and where', () => {
  const buggy = teardown(4, 2, { buggy: true });
  const path = found(buggy);
  const whole: Causes = causes(buggy, path);
  expect(whole.unsure).toEqual([]);
  expect(whole.chain!.length).toBeGreaterThan(1);
  const few = causes(buggy, path, { executions: 1 });
  expect(few.brokenSince === undefined || few.chain === undefined).toBe(true);
  expect(few.unsure.join()).toMatch(/given up after \d+ executions/);
});

test('a program that always breaks has no chain', () => {
  const always: Program = { ...lost, final: (_, __, sink) => sink.fail('LOST', 'always') };
  const { chain, brokenSince, unsure } = causes(always, found(always));
  expect([chain, brokenSince]).toEqual([undefined, null]);
  expect(unsure).toEqual(['chain: every execution ends in a fault, whatever the order']);
});

test('a choice can be what it hangs on', () => {
  const chosen: Program = {
    ...lost,
    threads: [
      {
        name: 'a',
        *body() {
          yield* write(other, 1);
          const chosen = yield* choose(2, 'picks');
          yield* write(n, chosen === 1 ? 3 : 2);
        },
      },
    ],
  };
  expect(causes(chosen, [0, 0, ~1, 0])).toMatchObject({ brokenSince: 1 });
  expect(() => causes(chosen, [0, 0, 0])).toThrow(/does not fit/);
});
