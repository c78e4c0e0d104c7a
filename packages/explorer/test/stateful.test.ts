import {
  CellTable,
  localKey,
  lock,
  type Program,
  read,
  type Step,
  trylock,
  unlock,
  write,
} from '@racewalk/core/step';
import { explore, type Report, replay } from '@racewalk/explorer';
import { describe, expect, test } from 'vitest';
import { flags } from './models/flags.js';
import { teardown } from './models/teardown.js';
import { unkeyed } from './models/unkeyed.js';

const STATEFUL = { strategy: 'stateful' } as const;

function program(table: CellTable, bodies: Record<string, () => Step<unknown>>): Program {
  const threads = Object.entries(bodies).map(([name, body]) => ({ name, body }));
  return { name: 'test', cells: table.cells, locks: table.locks, memory: 'sc', threads };
}

function faultOf(p: Program, report: Report) {
  if (report.verdict !== 'counterexample') throw new Error(`verdict ${report.verdict}`);
  const { code, message, path } = report.counterexample;
  const recording = replay(p, path);
  expect(recording.divergence).toBeUndefined();
  expect(recording.fault).toMatchObject({ code, message });
  return report.counterexample;
}

describe('how much there is', () => {
  // Without reduction F(6) has 62 682 transitions; its states are all needed.
  test.each<[string, Program, number, number]>([
    ['F(4)', flags(4), 299, 595],
    ['F(5)', flags(5), 2163, 5096],
    ['F(6)', flags(6), 18731, 50905],
    ['T2(4,1)', teardown(4, 1), 138, 153],
    ['T2(8,1)', teardown(8, 1), 736, 785],
    ['T2(4,2)', teardown(4, 2), 1241, 1508],
    ['T2(8,2)', teardown(8, 2), 10949, 12236],
  ])('%s', (_, model, states, steps) => {
    const report = explore(model, STATEFUL);
    expect(report).toMatchObject({ verdict: 'exhausted', states, steps });
    expect(report.bytesPerState).toBeGreaterThan(4);
  });

  test.each<[string, Program]>([
    ['F(4)', flags(4)],
    ['T2(4,1)', teardown(4, 1)],
    ['T2(4,2)', teardown(4, 2)],
  ])('%s without keys: more states, the same answer', (_, model) => {
    const keyed = explore(model, STATEFUL);
    const plain = explore(unkeyed(model), STATEFUL);
    expect(plain.verdict).toBe(keyed.verdict);
    expect(plain.states).toBeGreaterThan(keyed.states!);
    expect(plain.nodes).toBeGreaterThan(keyed.nodes);
  });

  test('a faulty teardown is found with and without keys', () => {
    for (const model of [teardown(8, 2, { buggy: true }), unkeyed(teardown(8, 2, { buggy: true }))]) {
      expect(faultOf(model, explore(model, STATEFUL)).code).toBe('DIRTY');
    }
  });
});

describe('livelock', () => {
  test('two threads that undo each other for ever', () => {
    const table = new CellTable();
    const x = table.add({ name: 'x', initial: 0 });
    const flip = (mine: number) =>
      function* (): Step<void> {
        for (;;) {
          yield* localKey(mine);
          yield* write(x, mine);
        }
      };
    const model = program(table, { a: flip(1), b: flip(2) });
    expect(faultOf(model, explore(model, STATEFUL))).toMatchObject({
      code: 'LIVE',
      message: 'the same state comes back for ever: a livelock',
    });
  });

  /** Takes one lock and then the other; gives the first back and begins again if the other is taken. */
  const polite = (first: number, second: number) =>
    function* (): Step<void> {
      for (;;) {
        yield* localKey(1);
        yield* lock(first);
        if (yield* trylock(second)) break;
        yield* unlock(first);
      }
      yield* unlock(second);
      yield* unlock(first);
      yield* localKey(2);
    };

  test('two threads that give way to each other for ever', () => {
    const table = new CellTable();
    const [a, b] = [table.addLock('a'), table.addLock('b')];
    const model = program(table, { one: polite(a, b), two: polite(b, a) });
    const { code, path } = faultOf(model, explore(model, STATEFUL));
    expect(code).toBe('LIVE');
    expect(new Set(path).size).toBe(2);
  });

  test('locks in the same order: nobody gives way for ever', () => {
    const table = new CellTable();
    const [a, b] = [table.addLock('a'), table.addLock('b')];
    const model = program(table, { one: polite(a, b), two: polite(a, b) });
    expect(explore(model, STATEFUL)).toMatchObject({ verdict: 'exhausted', deadlocks: 0 });
  });

  /** Asks for a word again and again. */
  const waitFor = (cell: number) =>
    function* (): Step<void> {
      do yield* localKey(1);
      while ((yield* read(cell)) === 0);
      yield* localKey(2);
    };

  test('spinning is no livelock while somebody could end it, and is one if nobody can', () => {
    const table = new CellTable();
    const x = table.add({ name: 'x', initial: 0 });
    const y = table.add({ name: 'y', initial: 0 });
    const served = program(table, { wait: waitFor(x), writer: () => write(x, 1) });
    expect(explore(served, STATEFUL)).toMatchObject({ verdict: 'exhausted', executions: 1 });
    const lonely = program(table, { wait: waitFor(x), writer: () => write(y, 1) });
    expect(faultOf(lonely, explore(lonely, STATEFUL)).code).toBe('LIVE');
  });
});

describe('pauses', () => {
  test('an interrupted search goes on in memory and counts the same', () => {
    const whole = explore(teardown(8, 2), STATEFUL);
    const model = teardown(8, 2);
    let report = explore(model, { ...STATEFUL, bounds: { ms: 0 } });
    let pauses = 0;
    for (; report.verdict === 'bounded' && report.checkpoint !== undefined; pauses++) {
      report = explore(model, { ...STATEFUL, bounds: { ms: 20 }, resume: report.checkpoint });
    }
    expect(pauses).toBeGreaterThan(1);
    const { states, steps, executions } = whole;
    expect(report).toMatchObject({ verdict: 'exhausted', states, steps, executions });
  });

  test('a copy of its checkpoint starts anew', () => {
    const paused = explore(teardown(4, 2), { ...STATEFUL, bounds: { ms: 0 } });
    if (paused.verdict !== 'bounded') throw new Error(paused.verdict);
    const copy = JSON.parse(JSON.stringify(paused.checkpoint));
    expect(explore(teardown(4, 2), { ...STATEFUL, resume: copy })).toMatchObject({
      verdict: 'exhausted',
      states: 1241,
    });
  });

  test('a bound on states', () => {
    expect(explore(flags(6), { ...STATEFUL, bounds: { states: 1000 } })).toMatchObject({
      verdict: 'bounded',
      bound: 'states',
    });
  });

  test('progress tells the states', () => {
    const states: (number | undefined)[] = [];
    explore(flags(6), {
      ...STATEFUL,
      progressEveryMs: 1,
      onProgress: (progress) => states.push(progress.states),
    });
    expect(states.length).toBeGreaterThan(0);
    expect(states.every((count) => count !== undefined && count > 0)).toBe(true);
  });
});

test('more threads than fit are refused, not forgotten', () => {
  const table = new CellTable();
  const x = table.add({ name: 'x', initial: 0 });
  const bodies = Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`t${i}`, () => read(x)]));
  expect(() => explore(program(table, bodies), STATEFUL)).toThrow('at most 30');
});
