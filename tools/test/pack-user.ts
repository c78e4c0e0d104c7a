// What the first file of somebody else's project may look like: pack.test.ts type-checks it against the tarballs.
import { CellTable, type Program, read, type Step, write } from '@racewalk/core/step';

const table = new CellTable();
const flag = table.add({ name: 'flag', initial: 0 });

function* setOnce(): Step<void> {
  const seen: number = yield* read(flag);
  if (seen === 0) yield* write(flag, 1);
}

export const program: Program = {
  name: 'set-once',
  cells: table.cells,
  threads: ['a', 'b'].map((name) => ({ name, body: setOnce })),
  memory: 'sc',
};
