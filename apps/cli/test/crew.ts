/** Workers in this thread: everything they are told and answer goes through JSON. */
import { keyOf, type MatrixCell, type Plan, type PlanFilter } from '@racewalk/conformance/matrix';
import { type Answer, type Crew, Performer, type Task, WorkerLost } from '@racewalk/fleet';
import { createWorkbench } from '@racewalk/wiring';
import { CATALOGUE } from '../src/catalogue.js';

const json = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

export const bench = createWorkbench(CATALOGUE);

/** Cells of the catalogue. */
export const plan = (filter: PlanFilter): Plan => bench.suite.plan(filter);

/** A crew that answers late and in another order; `dies` says whether a task is the end of whoever does it. */
export function localCrew(cells: readonly MatrixCell[], lanes: number, dies?: (task: Task) => boolean): Crew {
  const known = new Map(cells.map((cell) => [keyOf(cell), cell]));
  const performers = Array.from(
    { length: lanes },
    () =>
      new Performer((ref) => {
        const cell = known.get(keyOf(ref));
        if (cell === undefined) throw new Error(`no cell ${keyOf(ref)}`);
        return cell;
      }),
  );
  let turn = 0;
  return {
    lanes,
    async run(task) {
      if (dies?.(task)) throw new WorkerLost('killed');
      const mine = turn++;
      const performer = performers[mine % lanes] as Performer;
      const answer: Answer = json(await performer.perform(json(task)));
      for (let i = 0; i < (mine * 7) % 5; i++) await new Promise((resolve) => setImmediate(resolve));
      return answer;
    },
    close: () => Promise.resolve(),
  };
}
