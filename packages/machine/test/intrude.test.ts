import { atomic, CellTable, read, type Step, write, xchg } from '@racewalk/core/step';
import { intrudeAt, runAlone } from '@racewalk/machine';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { notingPlaces } from '../src/lab/intrude.js';

const table = new CellTable();
const cell = table.add({ name: 'x', initial: 1 });

function* readTwice() {
  return [yield* read(cell), yield* read(cell)];
}

test.each([
  [0, [7, 7]],
  [1, [1, 7]],
  [2, [1, 1]],
])('an intruder before step %i', (at, seen) => {
  const run = runAlone(table.cells, () => intrudeAt(readTwice(), at, () => write(cell, 7)));
  expect(run.value).toEqual(seen);
});

const cells = [cell, table.add({ name: 'y', initial: 0 }), table.add({ name: 'z', initial: 0 })] as const;

/** One step on a word, or on two at once; what it reads goes into `seen`. */
const STEPS = [
  (i: number) => read(cells[i % 3]!),
  (i: number) => write(cells[i % 3]!, i),
  (i: number) => xchg(cells[i % 3]!, i),
  (i: number) => {
    const [a, b] = [cells[i % 3]!, cells[(i + 1) % 3]!];
    const both = (mem: Int32Array, base: number) => {
      mem[base + a] = i;
      return mem[base + b] ?? 0;
    };
    return atomic([a, b], both, 'both');
  },
] as const;

test('an intruder before any step comes to what it comes to before one that touches its word, or before the last', () => {
  const step = fc.record({ kind: fc.nat(STEPS.length - 1), i: fc.nat(5) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 7 }), (steps) => {
      function* body(): Step<number[]> {
        const seen: number[] = [];
        for (const { kind, i } of steps) seen.push((yield* STEPS[kind]!(i)) ?? 0);
        return seen;
      }
      const result = (at: number) => {
        const { value, memory } = runAlone(table.cells, () => intrudeAt(body(), at, () => xchg(cell, 9)));
        return JSON.stringify([value, [...memory]]);
      };
      const places: number[] = [];
      runAlone(table.cells, () => notingPlaces(body(), [cell], places));
      const all = new Set(steps.map((_, at) => result(at)));
      expect(new Set(places.map(result))).toEqual(all);
    }),
  );
});
