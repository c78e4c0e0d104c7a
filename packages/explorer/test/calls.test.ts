/** Histories join where calls end, in searches over states. */
import { CellTable, type Program, read, type Step, watch, write } from '@racewalk/core/step';
import { explore } from '@racewalk/explorer';
import { describe, expect, test } from 'vitest';

const N = 4;
const words = new CellTable();
const cells = Array.from({ length: N }, (_, i) => words.add({ name: `x${i}`, initial: 0 }));
const end = words.add({ name: 'end', initial: 0 });

/** As a call that a library makes by name: what it may leave changed is told. */
function* call<T>(body: Step<T>, ...left: readonly unknown[]): Step<T> {
  const { calls } = watch;
  const number = calls?.enter() ?? 0;
  const result = yield* body;
  calls?.leave(number, [result, left]);
  return result;
}

/** One thread stores to every word, the other does `body`. */
const against = (body: () => Step<void>): Program => ({
  name: 'calls',
  cells: words.cells,
  memory: 'sc',
  threads: [
    {
      name: 'writer',
      *body() {
        for (const x of cells) yield* write(x, 1);
      },
    },
    { name: 'reader', body },
  ],
});

const nodesOf = (body: () => Step<void>, strategy: 'dpor' | 'stateful' = 'stateful'): number => {
  const report = explore(against(body), { strategy });
  expect(report.verdict).toBe('exhausted');
  return report.nodes;
};

function* sum(): Step<number> {
  let total = 0;
  for (const x of cells) total += yield* read(x);
  return total;
}

/** Stores what a call has left. */
function* stores(value: number): Step<void> {
  for (let i = 0; i < N; i++) yield* write(end, value);
}

const ALL = nodesOf(function* () {
  yield* stores(yield* sum());
});

describe('what follows a call', () => {
  test('depends on its result', () => {
    const joined = nodesOf(function* () {
      yield* stores(yield* call(sum()));
    });
    // 2 ** N histories with N + 1 results: N steps and the end for each of these.
    const tree = 2 ** N - 1;
    expect(joined).toBe(tree + (N + 1) * (N + 1) + N + 1);
    expect(ALL).toBe(tree + 2 ** N * (N + 1) + N + 1);
  });

  test('joins nothing in a search that is no search over states', () => {
    const body = function* (): Step<void> {
      yield* stores(yield* call(sum()));
    };
    expect(nodesOf(body, 'dpor')).toBe(ALL);
  });

  test('depends on objects of the run that it changed', () => {
    const joined = (keep: (seen: number[], value: number) => void) =>
      nodesOf(function* () {
        const seen: number[] = [];
        const all = function* (): Step<void> {
          for (const x of cells) keep(seen, yield* read(x));
        };
        yield* call(all(), seen);
        yield* stores(seen.length);
      });
    const everything = joined((seen, value) => seen.push(value));
    const ones = joined((seen, value) => value === 1 && seen.push(value));
    expect(everything).toBe(ALL);
    expect(ones).toBeLessThan(ALL);
  });

  test('depends on which objects are the same', () => {
    const joined = nodesOf(function* () {
      const pair: [number[], number[]] = [[], []];
      const reads = function* (): Step<void> {
        if ((yield* read(cells[0]!)) === 1) pair[1] = pair[0];
      };
      yield* call(reads(), pair);
      pair[0].push(1);
      yield* write(end, pair[1].length);
    });
    expect(joined).toBe(1 + N + 1 + 2 * 2);
  });

  test.each<[string, () => unknown]>([
    ['a function made in this run', () => () => 0],
    ['an object of a class', () => new (class Secret {})()],
    ['a symbol', () => Symbol('mine')],
    ['very many values', () => Array.from({ length: 1000 }, (_, i) => i)],
  ])('is not joined if it may depend on %s', (_, make) => {
    const nodes = nodesOf(function* () {
      yield* stores(yield* call(sum(), make()));
    });
    expect(nodes).toBe(ALL);
  });
});

test('a call that leaves something that it did not tell is found where the next steps differ', () => {
  const report = explore(
    against(function* () {
      let hidden = 0;
      const reads = function* (): Step<void> {
        hidden = yield* read(cells[0]!);
      };
      yield* call(reads());
      yield* write(end, hidden);
    }),
    { strategy: 'stateful' },
  );
  expect(report).toMatchObject({ verdict: 'nondeterministic' });
  expect(report).toHaveProperty('detail', expect.stringContaining('ended alike go on differently'));
});
