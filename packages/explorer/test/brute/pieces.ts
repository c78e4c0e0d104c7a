import type { Program } from '@racewalk/core/step';
import {
  type Counterexample,
  Frontier,
  type FrontierCounts,
  type Job,
  JobRunner,
  type Path,
} from '@racewalk/explorer';

const json = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/**
 * One search in pieces of so many executions: several workers, of which now one and now another answers, some not at
 * all; now and then the search is saved and restored. Everything goes through JSON.
 */
export function inPieces(
  program: Program,
  seed: number,
  executions: number,
  workers: number,
  onAnswer: (fault: Counterexample | undefined, counts: FrontierCounts) => void = () => undefined,
): FrontierCounts {
  let frontier = new Frontier();
  const runners = Array.from({ length: workers }, () => new JobRunner(program, { stopAtFirst: false }));
  const out: Job[] = [];
  let random = seed + 1;
  const below = (n: number): number => {
    random = (Math.imul(random, 1103515245) + 12345) & 0x7fffffff;
    return (random >> 8) % n;
  };
  while (!frontier.done) {
    while (out.length < workers) {
      const job = frontier.next(executions);
      if (job === undefined) break;
      out.push(json(job));
    }
    const [job] = out.splice(below(out.length), 1);
    const what = below(20);
    if (what === 0) frontier.giveUp(job!.id);
    else {
      const result = json(runners[below(workers)]!.run(job!));
      if (frontier.answer(result, 2 * workers)) onAnswer(result.fault, frontier.counts);
    }
    if (what !== 1) continue;
    frontier = Frontier.restore(json(frontier.save()));
    out.length = 0;
  }
  return frontier.counts;
}

/**
 * The schedules of a search in pieces of one execution each, of a program in which every end `isEnd`; null if
 * something else is wrong with it on the way.
 */
export function pathsInPieces(
  program: Program,
  isEnd: (fault: Counterexample) => boolean,
  seed: number,
  workers: number,
): readonly Path[] | null {
  let paths: Path[] = [];
  let others = false;
  inPieces(program, seed, 1, workers, (fault, { jobs }) => {
    // Two ORs turned out not to commute: the search begins anew.
    if (jobs === 0) paths = [];
    else if (fault !== undefined && isEnd(fault)) paths.push(fault.path);
    else if (fault !== undefined) others = true;
  });
  return others ? null : paths;
}
