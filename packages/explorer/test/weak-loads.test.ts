/** Loads that are early, on the shapes that have names. */
import {
  atomic,
  awaitWord,
  Barrier,
  fence,
  lock,
  Order,
  read,
  unlock,
  write,
  xchg,
} from '@racewalk/core/step';
import { describe, expect, test } from 'vitest';
import { explore } from '../src/explore.js';
import { replay } from '../src/replay/replay.js';
import { shrink } from '../src/shrink/shrink.js';
import { type Body, outcomes, programOf } from './weak-shapes.js';

const writer: Body = function* (x, y) {
  yield* write(x, 1);
  yield* fence('', Barrier.STORES);
  yield* write(y, 1);
};

/** Reads the flag, then the data. */
const reader = (between: (l: number) => Generator, order: number = Order.USUAL, dependent = false): Body =>
  function* (x, y, see, l) {
    yield* see(yield* read(y, '', null, order));
    yield* between(l) as ReturnType<Body>;
    yield* see(yield* read(x, '', null, Order.USUAL, dependent ? [y] : []));
  };
function* nothing() {}
const barrier = (bits: number) =>
  function* () {
    yield* fence('', bits);
  };

describe('message passing: the new flag with the old data', () => {
  test.each([
    ['nothing between', reader(nothing), true],
    ['smp_rmb', reader(barrier(Barrier.LOADS)), false],
    ['DMB ISHLD', reader(barrier(Barrier.LOADS_ALL)), false],
    ['smp_mb', reader(barrier(Barrier.FULL)), false],
    ['smp_wmb orders no loads', reader(barrier(Barrier.STORES)), true],
    ['what comes before a release orders no later loads', reader(barrier(Barrier.BEFORE_RELEASE)), true],
    ['load acquire', reader(nothing, Order.ACQUIRE), false],
    ['address dependency', reader(nothing, Order.USUAL, true), false],
    [
      'a lock is taken',
      reader(function* (l) {
        yield* lock(l);
        yield* unlock(l);
      }),
      false,
    ],
    [
      'a relaxed exchange',
      reader(function* (l) {
        yield* xchg(l + 1, 1, '', null, Order.RELAXED);
      }),
      true,
    ],
    [
      'a full exchange',
      reader(function* (l) {
        yield* xchg(l + 1, 1);
      }),
      false,
    ],
    [
      'what an observer does',
      reader(function* (l) {
        yield* atomic([l + 1], () => 0, '', { locked: false });
      }),
      true,
    ],
  ] as const)('%s', (_, reads, allowed) => {
    const seen = outcomes('weak', writer, reads);
    expect(seen.some((s) => s.endsWith('10'))).toBe(allowed);
  });

  test('whoever has waited for the flag acquires', () => {
    const waits: Body = function* (x, y, see) {
      yield* awaitWord(y, (w) => w === 1);
      yield* see(yield* read(x));
    };
    expect(outcomes('weak', writer, waits)).toEqual(['1']);
  });

  test('a load that is said to stand in place is not early', () => {
    const observes: Body = function* (x, y, see) {
      yield* see(yield* read(y));
      yield* see(yield* read(x, '', null, Order.FULL));
    };
    expect(outcomes('weak', writer, observes)).toEqual(['00', '01', '11']);
  });
});

test('two loads of one word: the second is never older', () => {
  const stores: Body = function* (x) {
    yield* write(x, 1);
    yield* write(x, 2);
  };
  const twice: Body = function* (x, _y, see) {
    yield* see(yield* read(x));
    yield* see(yield* read(x));
  };
  expect(outcomes('weak', stores, twice)).toEqual(['00', '01', '02', '11', '12', '22']);
});

test('IRIW: two readers agree on the order of stores, unless their own loads are not ordered', () => {
  const store = (which: 'x' | 'y'): Body =>
    function* (x, y) {
      yield* write(which === 'x' ? x : y, 1);
    };
  const reads = (first: 'x' | 'y', bits: number | null): Body =>
    function* (x, y, see) {
      yield* see(yield* read(first === 'x' ? x : y));
      if (bits !== null) yield* fence('', bits);
      yield* see(yield* read(first === 'x' ? y : x));
    };
  const disagree = (bits: number | null): boolean =>
    outcomes('weak', reads('x', bits), reads('y', bits), store('x'), store('y')).includes('1010');
  expect([null, Barrier.LOADS, Barrier.FULL].map(disagree)).toEqual([true, false, false]);
});

test('WRC and LB: a store comes after every earlier load of its thread', () => {
  const passes: Body = function* (x, y, see) {
    yield* see(yield* read(x));
    yield* write(y, 1);
  };
  const other: Body = function* (x, y, see) {
    yield* see(yield* read(y));
    yield* write(x, 1);
  };
  expect(outcomes('weak', passes, other)).not.toContain('11');
  const first: Body = function* (x) {
    yield* write(x, 1);
  };
  expect(outcomes('weak', first, passes, reader(barrier(Barrier.LOADS)))).not.toContain('110');
  expect(outcomes('weak', first, passes, reader(nothing))).toContain('110');
});

test('a thread may read its own store before others see it, and a later load comes even before that', () => {
  const side = (which: 'x' | 'y'): Body =>
    function* (x, y, see) {
      yield* write(which === 'x' ? x : y, 1);
      yield* see(yield* read(which === 'x' ? x : y));
      yield* fence('', Barrier.LOADS);
      yield* see(yield* read(which === 'x' ? y : x));
    };
  expect(outcomes('weak', side('x'), side('y'))).toContain('1010');
});

test('a counterexample with an early load is replayed, shrunk, and replayed again', () => {
  const program = programOf([writer, reader(nothing)], (seen, fail) => {
    if (seen.join('') === '10') fail();
  });
  const report = explore(program);
  expect(report.verdict).toBe('counterexample');
  if (report.verdict !== 'counterexample') return;
  const short = shrink(program, report.counterexample);
  for (const { path } of [report.counterexample, short]) {
    const recording = replay(program, path);
    expect(recording.divergence).toBeUndefined();
    expect(recording.fault).toMatchObject({ code: 'SEEN' });
    expect(recording.steps.filter(({ text }) => text === '(loaded early)')).toHaveLength(1);
  }
  // A load may not pass by what comes before it.
  const ordered = programOf([writer, reader(barrier(Barrier.LOADS))], () => undefined);
  expect(replay(ordered, [...short.path]).divergence).toBeDefined();
});

test('a search over states says that it makes no load early', () => {
  const program = programOf([writer, reader(nothing)], () => undefined);
  for (const strategy of ['stateful', 'bfs'] as const) {
    expect(explore(program, { strategy })).toMatchObject({ verdict: 'bounded', bound: 'loads' });
  }
  const blind = programOf([writer, writer], () => undefined);
  expect(explore(blind, { strategy: 'stateful' }).verdict).toBe('exhausted');
});

describe('an interrupt', () => {
  const publish: Body = function* (x) {
    yield* write(x, 1);
  };
  const twoLoads: Body = function* (x, y, see) {
    const [ofX, ofY] = [yield* read(x), yield* read(y)];
    // Later, since loads come before the stores behind them.
    yield* see(ofX);
    yield* see(ofY);
  };
  const asks = (drains: readonly number[]): Body =>
    function* (x, y, see) {
      yield* write(y, 1);
      yield* atomic([], () => 0, '', { drains });
      yield* see(yield* read(x));
    };

  test('what a CPU has loaded before it, whoever interrupts it sees as well', () => {
    // P1 loads y before P2 has stored it, so it is interrupted later; then what it has loaded of x is seen.
    const seen = outcomes('weak', publish, twoLoads, asks([1]));
    expect(seen).not.toContain('100');
    expect(seen).toContain('110');
    expect(outcomes('weak', publish, twoLoads, asks([]))).toContain('100');
  });

  test('what a CPU loads behind it is not older', () => {
    const old: Body = function* (x, y, see) {
      yield* see(yield* read(y));
      yield* see(yield* read(x));
    };
    const both: Body = function* (x, y) {
      yield* write(x, 1);
      yield* atomic([], () => 0, '', { drains: [0] });
      yield* write(y, 1);
    };
    expect(outcomes('weak', old, both)).toEqual(['00', '01', '11']);
  });
});
