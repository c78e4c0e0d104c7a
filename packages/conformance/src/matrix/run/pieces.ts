/**
 * A search that was cut into pieces, as part of a checkpoint: any number of workers can continue it, one
 * included.
 */
import { type MemoryModelName, type Program, RacewalkError } from '@racewalk/core/step';
import {
  type Checkpoint,
  explore,
  Frontier,
  JobRunner,
  type Report,
  type SavedFrontier,
} from '@racewalk/explorer';

/** How far a search in pieces got; plain JSON. */
export interface PiecesCheckpoint {
  readonly schema: 'racewalk.pieces/1';
  /** The same as in the explorer's checkpoint; '' where the program has but one execution. */
  readonly fingerprint: string;
  readonly memory: MemoryModelName;
  readonly frontier: SavedFrontier;
}

/** Whether a search is in pieces. */
export const isPieces = (search: Checkpoint | PiecesCheckpoint): search is PiecesCheckpoint =>
  search.schema === 'racewalk.pieces/1';

/** What the explorer's own checkpoint holds of a `dpor` search. */
type WholeSearch = Pick<Job, 'awaited'> & NonNullable<Job['rest']>;
type Job = Parameters<JobRunner['run']>[0];

/** A search that is in one piece, ready to be cut up. Only a `dpor` search can be. */
export function toPieces(search: Checkpoint): PiecesCheckpoint {
  if (search.strategy !== 'dpor') {
    throw new RacewalkError('E_OPTION', `a ${search.strategy} search cannot be cut into pieces`, {
      expected: 'a search with the strategy dpor',
    });
  }
  const { awaited, ...rest } = search.state as WholeSearch;
  const { executions, blocked, steps, deadlocks, firstFault: fault } = search;
  return {
    schema: 'racewalk.pieces/1',
    fingerprint: search.fingerprint,
    memory: search.memory,
    frontier: {
      schema: 'racewalk.frontier/2',
      base: awaited,
      awaited,
      ored: awaited,
      counts: { executions, blocked, steps, deadlocks, jobs: 0 },
      automata: 0,
      tooLong: false,
      ...(fault === undefined ? {} : { fault }),
      nodes: [{ parent: -1, step: [-1, 0], foot: [], begun: true }],
      pieces: [{ node: 0, rest }],
    },
  };
}

/**
 * What a program looks like from outside, as its checkpoints say; '' if one execution is all, or the first
 * breaks something.
 */
export function fingerprintOfProgram(program: Program, memory: MemoryModelName): string {
  const report = explore(program, { memory, bounds: { executions: 1 }, checkDeterminism: false });
  return report.verdict === 'bounded' ? (report.checkpoint?.fingerprint ?? '') : '';
}

/** Refuse pieces of another program; throws RacewalkError `E_CHECKPOINT`. */
export function checkPieces(program: Program, memory: MemoryModelName, fingerprint: string): void {
  if (fingerprintOfProgram(program, memory) === fingerprint) return;
  throw new RacewalkError('E_CHECKPOINT', 'the pieces are of another program or memory model', {
    hint: 'start the search anew',
  });
}

/** Executions of one piece between two looks at the clock. */
const LOOK = 2_000;

/** Goes on with a search in pieces, all of them in this process, one after the other. */
export class PiecesSearch {
  readonly #frontier: Frontier;
  readonly #runner: JobRunner;
  readonly #from: PiecesCheckpoint;

  constructor(program: Program, from: PiecesCheckpoint) {
    checkPieces(program, from.memory, from.fingerprint);
    this.#from = from;
    this.#frontier = Frontier.restore(from.frontier);
    this.#runner = new JobRunner(program, { memory: from.memory });
  }

  /** Search until the end, a fault, that many executions in all, or for `ms` milliseconds. */
  run(ms: number, executions = Number.POSITIVE_INFINITY): Report {
    const began = performance.now();
    const f = this.#frontier;
    while (!f.done && f.fault === undefined && !f.tooLong && performance.now() - began < ms) {
      const left = executions - f.counts.executions;
      if (left <= 0) break;
      const job = f.next(Math.min(LOOK, left));
      if (job !== undefined) f.answer(this.#runner.run(job), 1);
    }
    return { ...reportOfPieces(f, executions), ms: performance.now() - began };
  }

  get checkpoint(): PiecesCheckpoint {
    return { ...this.#from, frontier: this.#frontier.save() };
  }
}

/** What a search in pieces has come to that may make so many executions. */
export function reportOfPieces(frontier: Frontier, most = Number.POSITIVE_INFINITY): Report {
  const { executions, blocked, steps, deadlocks } = frontier.counts;
  const common = { executions, blocked, steps, deadlocks, nodes: frontier.nodes, ms: 0 };
  const { fault } = frontier;
  if (fault !== undefined) return { ...common, verdict: 'counterexample', counterexample: fault };
  if (frontier.tooLong) return { ...common, verdict: 'bounded', bound: 'steps' };
  if (frontier.done) return { ...common, verdict: 'exhausted' };
  return { ...common, verdict: 'bounded', bound: executions >= most ? 'executions' : 'ms' };
}
