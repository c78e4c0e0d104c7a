/** Steps that wait for several words at the same moment. */
import { atomic, CellTable, type MemoryModelName, type Step, write } from '@racewalk/core/step';
import { explore } from '@racewalk/explorer';
import { describe, expect, test } from 'vitest';

const idle = (value: number): boolean => value === 0;

/** Two threads raise a flag each; the third goes on where both are down. */
function program(memory: MemoryModelName, down: boolean) {
  const table = new CellTable();
  const [x, y, seen] = [
    table.add({ name: 'x', initial: 0 }),
    table.add({ name: 'y', initial: 0 }),
    table.add({ name: 'seen', initial: 0 }),
  ];
  const raise = (cell: number) =>
    function* (): Step<void> {
      yield* write(cell, 1, 'raise');
      if (down) yield* write(cell, 0, 'lower');
    };
  const { cells, locks } = table;
  const body = function* (): Step<void> {
    const set = (mem: Int32Array, base: number): number => {
      mem[base + seen] = 1;
      return 0;
    };
    yield* atomic([x, y, seen], set, 'goes on', { guard: [x, y], test: idle });
  };
  const threads = [
    { name: 'first', body: raise(x) },
    { name: 'second', body: raise(y) },
    { name: 'waiter', body },
  ];
  return { name: 'two flags', cells, locks, memory, threads };
}

describe.each<MemoryModelName>(['sc', 'tso', 'weak'])('a guard over two words, %s', (memory) => {
  test('the step comes before both stores, or never: neither store alone is in its way', () => {
    const all = explore(program(memory, false), { stopAtFirst: false });
    // The waiter first, and the waiter never: without one of the stores alone it would wait still.
    expect([all.executions, all.blocked]).toEqual([2, 0]);
    for (const strategy of ['dpor', 'stateful'] as const) {
      const found = explore(program(memory, false), { strategy });
      if (found.verdict !== 'counterexample') throw new Error(found.verdict);
      expect(found.counterexample.message).toContain('waiter waits for x and y (goes on)');
    }
  });

  test('it comes before or after each pair of stores, never between', () => {
    const report = explore(program(memory, true));
    expect([report.verdict, report.executions, report.blocked]).toEqual(['exhausted', 4, 0]);
  });
});
