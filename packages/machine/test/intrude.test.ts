import { CellTable, read, write } from '@racewalk/core/step';
import { intrudeAt, runAlone } from '@racewalk/machine';
import { expect, test } from 'vitest';

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
