/** How far a run is: counted at every look, estimated only now and then. */
import { toyArch } from '@racewalk/toys';
import { expect, it } from 'vitest';
import { type MatrixCell, plan, runCell } from '../src/matrix/index.js';
import { ProgressMeter } from '../src/matrix/run/progress.js';
import { zapVsStore } from './toy-races.js';

/** Milliseconds between two estimates. */
const ESTIMATE_EVERY = 200;

it('asks what is left only when it estimates: at first, after a while, and at the end', async () => {
  const { cells } = plan([toyArch()], [zapVsStore]);
  const [first, ...others] = cells;
  const progress = new ProgressMeter(cells.length, 2);
  let asked = 0;
  const left = (): readonly MatrixCell[] => {
    asked++;
    return others;
  };
  const look = (ms: number) => progress.at(first!, ms, [], left);
  look(0);
  progress.finished(await runCell(first!));
  const known = look(10);
  const after = asked;
  expect(known).toMatchObject({ done: 1, cells: cells.length, ms: 10 });
  expect(known.remaining).not.toBeNull();
  expect(look(10 + ESTIMATE_EVERY - 1).remaining).toBe(known.remaining);
  expect(asked).toBe(after);
  look(10 + ESTIMATE_EVERY);
  expect(asked).toBe(after + 1);
  for (const cell of others) progress.finished(await runCell(cell));
  look(11 + ESTIMATE_EVERY);
  expect(asked).toBe(after + 2);
});
