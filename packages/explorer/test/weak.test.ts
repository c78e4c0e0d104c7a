/** What the weak order allows and forbids, on the shapes that have names; replay and shrinking agree with the search. */
import { Barrier, fence, lock, Order, read, unlock, write, xchg } from '@racewalk/core/step';
import { describe, expect, it, test } from 'vitest';
import { explore } from '../src/explore.js';
import { replay } from '../src/replay/replay.js';
import { shrink } from '../src/shrink/shrink.js';
import { type Body, outcomes, programOf } from './weak-shapes.js';

const reader: Body = function* (x, y, see) {
  yield* see(yield* read(y));
  yield* fence('', Barrier.LOADS);
  yield* see(yield* read(x));
};
const both = (barrier: number | null, order: number = Order.USUAL): Body =>
  function* (x, y) {
    yield* write(x, 1);
    if (barrier !== null) yield* fence('', barrier);
    yield* write(y, 1, '', null, order);
  };

describe('message passing: the new flag with the old data', () => {
  it.each([
    ['no barrier', both(null), true],
    ['smp_wmb', both(Barrier.STORES), false],
    ['smp_mb', both(Barrier.FULL), false],
    ['smp_rmb orders no stores', both(Barrier.LOADS), true],
    ['DMB ISHLD orders no stores', both(Barrier.LOADS_ALL), true],
    ['store release', both(null, Order.RELEASE), false],
  ] as const)('%s', (_, writer, allowed) => {
    expect(outcomes('weak', writer, reader).includes('10')).toBe(allowed);
    expect(outcomes('tso', writer, reader).includes('10')).toBe(false);
  });

  test('a release does not hold back what comes after it', () => {
    const writer: Body = function* (x, y) {
      yield* write(x, 1, '', null, Order.RELEASE);
      yield* write(y, 1);
    };
    expect(outcomes('weak', writer, reader)).toContain('10');
  });

  test('what stands in one section is seen before what stands in the next, of whatever lock', () => {
    const sections: Body = function* (x, y, _see, l, m) {
      yield* lock(l);
      yield* write(x, 1);
      yield* unlock(l);
      yield* lock(m);
      yield* write(y, 1);
      yield* unlock(m);
    };
    expect(outcomes('weak', sections, reader)).toEqual(['00', '01', '11']);
  });

  test('unlocking is a release, locking no barrier for what came before', () => {
    const inside: Body = function* (x, y, _see, l) {
      yield* lock(l);
      yield* write(x, 1);
      yield* unlock(l);
      yield* write(y, 1);
    };
    expect(outcomes('weak', inside, reader)).toContain('10');
    const ordered: Body = function* (x, y, _see, l) {
      yield* write(x, 1);
      yield* lock(l);
      yield* write(y, 1);
      yield* unlock(l);
    };
    expect(outcomes('weak', ordered, reader)).toContain('10');
    const readsLocked: Body = function* (x, y, see, l) {
      yield* lock(l);
      yield* see(yield* read(y));
      yield* see(yield* read(x));
      yield* unlock(l);
    };
    const locked: Body = function* (x, y, _see, l) {
      yield* lock(l);
      yield* write(x, 1);
      yield* write(y, 1);
      yield* unlock(l);
    };
    expect(outcomes('weak', locked, readsLocked)).toEqual(['00', '11']);
  });

  test.each([
    [Order.RELAXED, true],
    [Order.ACQUIRE, true],
    [Order.RELEASE, false],
    [Order.FULL, false],
    [Order.USUAL, false],
  ])('an exchange of order %i in between', (order, allowed) => {
    const writer: Body = function* (x, y, _see, l) {
      yield* write(x, 1);
      yield* xchg(l + 1, 1, '', null, order);
      yield* write(y, 1);
    };
    // The exchange leaves a 1 where P0 would keep what it saw first.
    expect(outcomes('weak', writer, reader).includes('110')).toBe(allowed);
  });
});

test.each([
  [Order.RELAXED, true],
  [Order.ACQUIRE, true],
  [Order.FULL, false],
])('an exchange of order %i may be seen after a later store', (order, allowed) => {
  const writer: Body = function* (x, y) {
    yield* xchg(x, 1, '', null, order);
    yield* write(y, 1);
  };
  expect(outcomes('weak', writer, reader).includes('10')).toBe(allowed);
});

test('between the load and the store of an exchange nobody else stores', () => {
  const adds: Body = function* (x, y, see) {
    yield* see(yield* xchg(x, 1, '', null, Order.RELAXED));
    yield* write(y, 1);
  };
  const stores: Body = function* (x, _y, see) {
    yield* see(yield* xchg(x, 2, '', null, Order.RELAXED));
  };
  const found = new Set<string>();
  explore({
    ...programOf([adds, stores], () => undefined),
    final: (mem) => void found.add(`${mem[0]}: ${mem[3]} ${mem[6]}`),
  });
  expect([...found].sort()).toEqual(['1: 2 0', '2: 0 1']);
});

test('store buffering, and what forbids it', () => {
  const side = (barrier: number | null, first: 'x' | 'y'): Body =>
    function* (x, y, see) {
      yield* write(first === 'x' ? x : y, 1);
      if (barrier !== null) yield* fence('', barrier);
      yield* see(yield* read(first === 'x' ? y : x));
    };
  const sees = (b: number | null) => outcomes('weak', side(b, 'x'), side(b, 'y')).includes('00');
  expect([null, Barrier.STORES, Barrier.LOADS_ALL, Barrier.FULL, 2 | 4].map(sees)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

test('two stores to one word leave in order, and a load sees the own newest one', () => {
  const writer: Body = function* (x, _y, see) {
    yield* write(x, 1);
    yield* write(x, 2);
    yield* see(yield* read(x));
  };
  const twice: Body = function* (x, _y, see) {
    yield* see(yield* read(x));
    yield* see(yield* read(x));
  };
  expect(outcomes('weak', writer, twice)).toEqual(['200', '201', '202', '211', '212', '222']);
});

test('2+2W: each word ends with the first store of the other thread', () => {
  const end = (barrier: number | null) => {
    const found = new Set<string>();
    const bodies: Body[] = [
      function* (x, y) {
        yield* write(x, 1);
        if (barrier !== null) yield* fence('', barrier);
        yield* write(y, 2);
      },
      function* (x, y) {
        yield* write(y, 1);
        if (barrier !== null) yield* fence('', barrier);
        yield* write(x, 2);
      },
    ];
    const program = programOf(bodies, () => undefined);
    explore({ ...program, final: (mem) => void found.add(`${mem[0]}${mem[1]}`) });
    return [...found].sort();
  };
  expect(end(null)).toEqual(['11', '12', '21', '22']);
  expect(end(Barrier.STORES)).toEqual(['12', '21', '22']);
});

test('a counterexample is replayed, shrunk, and replayed again', () => {
  const program = programOf([both(null), reader], (seen, fail) => {
    if (seen.join('') === '10') fail();
  });
  const report = explore(program);
  expect(report.verdict).toBe('counterexample');
  if (report.verdict !== 'counterexample') return;
  const short = shrink(program, report.counterexample);
  // The search over states makes no load early, so it does not say that there is nothing shorter.
  expect(short.optimal).toBe(false);
  for (const { path } of [report.counterexample, short]) {
    const recording = replay(program, path);
    expect(recording.divergence).toBeUndefined();
    expect(recording.fault).toMatchObject({ code: 'SEEN' });
  }
  const recording = replay(program, short.path);
  // The stores to x and y, besides what the reader keeps.
  expect(recording.steps.filter((s) => s.flusher && s.cells[0]! < 2)).toHaveLength(2);
});
