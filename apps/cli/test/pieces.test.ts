/** Cells in pieces come to what they come to in one. */
import { type CellResult, keyOf, type RunningCell } from '@racewalk/conformance/matrix';
import { runPlan, type Task } from '@racewalk/fleet';
import { describe, expect, it } from 'vitest';
import { bench, localCrew, plan } from './crew.js';

/** About a thousand executions each. */
const LARGE = plan({
  test: 'contpte/clear-one,fork-batch/late-flush,device-exclusive/grant-vs-fault,device-exclusive/walker-mistakes-entry',
  archs: ['arm64-contpte'],
  variant: 'upstream',
});
const ONE = plan({ test: 'contpte/clear-one', archs: ['arm64-contpte'], variant: 'upstream' });
const MUTANT = plan({
  test: 'fork-batch/late-flush',
  archs: ['sw-dirty'],
  variant: 'mutant:flush-after-unlock',
});

const counts = (results: readonly CellResult[]) =>
  results.map(({ cell, verdict, invariant, executions, asExpected }) => [
    keyOf(cell),
    verdict,
    invariant,
    executions,
    asExpected,
  ]);

const whole = async (cells: typeof LARGE) => counts((await bench.suite.run(cells)).results);

/** Every `nth` new task is the end of the first `times` workers that get it. */
function mortal(nth: number, times: number) {
  const left = new Map<Task, number>();
  let deaths = 0;
  return {
    deaths: () => deaths,
    dies(task: Task): boolean {
      const lives = left.get(task) ?? (left.size % nth === 1 ? times : 0);
      left.set(task, Math.max(0, lives - 1));
      if (lives > 0) deaths++;
      return lives > 0;
    },
  };
}

describe('a plan in pieces', () => {
  it.each([2, 3, 7])('comes to the same with %i workers', async (lanes) => {
    const seen: Task[] = [];
    const crew = localCrew(LARGE.cells, lanes, (task) => seen.push(task) < 0);
    const { results } = await runPlan(crew, LARGE, { quantum: 0 });
    expect(counts(results)).toEqual(await whole(LARGE));
    expect(seen.some(({ kind }) => kind === 'piece')).toBe(true);
  });

  it('loses nothing if workers die now and then', async () => {
    const { dies, deaths } = mortal(3, 1);
    const { results } = await runPlan(localCrew(LARGE.cells, 3, dies), LARGE, { quantum: 0 });
    expect(counts(results)).toEqual(await whole(LARGE));
    expect(deaths()).toBeGreaterThan(0);
  });

  it('loses nothing if two workers happen to die of the same task', async () => {
    const { dies, deaths } = mortal(40, 2);
    const { results } = await runPlan(localCrew(LARGE.cells, 7, dies), LARGE, { quantum: 0 });
    expect(counts(results)).toEqual(await whole(LARGE));
    expect(deaths()).toBeGreaterThan(1);
  });

  it('gives a task up that every worker dies of, although no place in it is deadly', async () => {
    const slices = new Set<Task>();
    const crew = localCrew(ONE.cells, 2, (task) => task.kind === 'slice' && slices.add(task).size > 0);
    const { results } = await runPlan(crew, ONE, { quantum: 0 });
    expect(results.map(({ verdict, detail }) => [verdict, detail])).toEqual([
      ['error', '6 workers died of it (killed)'],
    ]);
    expect(slices.size).toBe(1);
  });

  it('finds the counterexample that one worker finds', async () => {
    const crew = localCrew(MUTANT.cells, 3);
    const { results } = await runPlan(crew, MUTANT, { quantum: 0 });
    expect(counts(results)).toEqual(await whole(MUTANT));
    expect(results[0]?.token).toMatch(/^rw1:/);
  });

  it('goes on from where it stood, with any number of workers, and even alone', async () => {
    const signal = { aborted: false };
    let running: readonly RunningCell[] = [];
    let pieces = 0;
    // More workers than cells, so that every cell is cut up as soon as it can be, however fast this machine is.
    const crew = localCrew(LARGE.cells, LARGE.cells.length + 3, ({ kind }) => {
      if (kind === 'piece' && ++pieces === 4) signal.aborted = true;
      return false;
    });
    const first = await runPlan(crew, LARGE, {
      quantum: 0,
      signal,
      onSave(found) {
        running = JSON.parse(JSON.stringify(found));
      },
    });
    expect(first.interrupted).toBe(true);
    expect(running.some(({ at }) => at.search?.schema === 'racewalk.pieces/1')).toBe(true);
    const left = LARGE.cells.filter((cell) => !first.results.some((result) => result.cell === cell));
    const rest = { ...LARGE, cells: left };
    const expected = await whole(rest);
    const again = await runPlan(localCrew(left, 2), rest, { quantum: 0, resume: running });
    expect(counts(again.results)).toEqual(expected);
    const at = new Map(running.map((one) => [one.key, one.at]));
    const alone = await bench.suite.run(rest, { resumeAt: (cell) => at.get(keyOf(cell)) });
    expect(counts(alone.results)).toEqual(expected);
  });

  it('ends within its budget, and says so', async () => {
    const { results } = await runPlan(localCrew(LARGE.cells, 2), LARGE, {
      quantum: 0,
      cellMs: 0,
    });
    expect(results.map(({ verdict, bound }) => [verdict, bound])).toEqual(
      LARGE.cells.map(() => ['bounded', 'ms']),
    );
  });
});
