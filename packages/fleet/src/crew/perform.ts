/** The worker's side: does tasks, given a function that finds cells. */
import {
  type CellCheckpoint,
  type CellRef,
  checkPieces,
  judgeReport,
  keyOf,
  type MatrixCell,
  runCell,
} from '@racewalk/conformance/matrix';
import { RacewalkError } from '@racewalk/core';
import type { MemoryModelName, Program } from '@racewalk/core/step';
import { errorText, explore, JobRunner } from '@racewalk/explorer';
import { buildScenario, withMemory } from '@racewalk/machine';
import { OPERATOR } from '../error-codes.js';
import type { TaskProgress } from './crew.js';
import { describeSteps } from './describe.js';
import type { Answer, JudgeAnswer, JudgeTask, PieceTask, SliceAnswer, SliceTask, Task } from './task.js';
import { witnessed } from './witness.js';

/** Finds the cell that a task names, as it is planned in a memory order (absent: each plug-in's own); throws if it does not exist. */
export type Lookup = (ref: CellRef, memory?: MemoryModelName) => MatrixCell;

/** Programs whose automata are kept. */
const KEPT = 2;

/** Does tasks, one at a time. */
export class Performer {
  readonly #lookup: Lookup;
  readonly #runners = new Map<string, JobRunner>();

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  /** Do a task. Throws if there is no such cell; what goes wrong in the program is an answer. */
  async perform(task: Task, onProgress: (progress: TaskProgress) => void = () => undefined): Promise<Answer> {
    const cell = this.#lookup(task.cell, task.search.memory);
    try {
      switch (task.kind) {
        case 'slice':
          return await slice(cell, task, onProgress);
        case 'piece':
          return this.#piece(cell, task, onProgress);
        case 'judge':
          return judge(cell, task);
        case 'describe':
          return describeSteps(cell, task);
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      // As `explore` says it, which has a verdict of its own for this.
      if (error instanceof RacewalkError && error.code === 'RACEWALK_HIDDEN_STATE')
        return { kind: 'failed', verdict: 'nondeterministic', detail: error.message };
      return { kind: 'failed', verdict: 'error', detail: errorText(error) };
    }
  }

  #piece(cell: MatrixCell, task: PieceTask, onProgress: (progress: TaskProgress) => void): Answer {
    const began = performance.now();
    const runner = task.witness === true ? witness(cell, task, onProgress) : this.#runner(cell, task);
    const result = runner.run(task.job);
    return { kind: 'piece', result, ms: performance.now() - began };
  }

  #runner(cell: MatrixCell, { size, search, fingerprint }: PieceTask): JobRunner {
    const key = JSON.stringify([keyOf(cell), size, search.memory, fingerprint]);
    const known = this.#runners.get(key);
    if (known !== undefined) return known;
    const { program } = build(cell, size, search.memory);
    const memory = search.memory ?? program.memory;
    if (fingerprint !== undefined) checkPieces(program, memory, fingerprint);
    const runner = new JobRunner(program, { memory });
    const oldest = [...this.#runners.keys()][0];
    if (this.#runners.size >= KEPT && oldest !== undefined) this.#runners.delete(oldest);
    this.#runners.set(key, runner);
    return runner;
  }
}

function witness(
  cell: MatrixCell,
  { size, search }: PieceTask,
  onProgress: (progress: TaskProgress) => void,
): JobRunner {
  const { program } = build(cell, size, search.memory);
  const watched = witnessed(program, (where) => onProgress({ executions: 0, where }));
  return new JobRunner(watched, { memory: search.memory ?? program.memory });
}

/** A size of a cell as a program. */
function build(
  cell: MatrixCell,
  size: number,
  memory: MemoryModelName | undefined,
): { program: Program; built: ReturnType<typeof buildScenario> } {
  const params = cell.sizes[size];
  if (params === undefined) {
    throw new RacewalkError('RACEWALK_BAD_TASK', `${cell.test} has no size number ${size}`, {
      hint: OPERATOR.codes.RACEWALK_BAD_TASK.todo,
    });
  }
  const built = buildScenario(cell.scenario, withMemory(cell.plugin, memory), cell.variant, params);
  return { program: built.program, built };
}

async function slice(
  cell: MatrixCell,
  task: SliceTask,
  onProgress: (progress: TaskProgress) => void,
): Promise<SliceAnswer> {
  const began = performance.now();
  let at: CellCheckpoint | undefined;
  // What cannot be taken up elsewhere is done in one go.
  const handsBack = ['dpor', 'random', 'pct', undefined].includes(task.search.strategy);
  try {
    const { cell: _, ...result } = await runCell(cell, {
      ...task.search,
      slice: Math.max(1, task.quantum),
      ...(task.ms === undefined ? {} : { ms: task.ms }),
      ...(task.from === undefined ? {} : { resume: task.from }),
      onProgress: ({ executions }) => onProgress({ executions }),
      onCheckpoint(checkpoint) {
        at = checkpoint;
      },
      signal: {
        get aborted() {
          return handsBack && at !== undefined && performance.now() - began >= task.quantum;
        },
      },
    });
    return { kind: 'finished', result };
  } catch (error) {
    const handedBack = error instanceof RacewalkError && error.code === 'RACEWALK_INTERRUPTED';
    if (!handedBack || at === undefined) throw error;
    return { kind: 'unfinished', at, ms: performance.now() - began };
  }
}

function judge(cell: MatrixCell, { size, search, report, whole, executions }: JudgeTask): JudgeAnswer {
  const { program, built } = build(cell, size, search.memory);
  const again = explore(program, {
    ...(search.memory === undefined ? {} : { memory: search.memory }),
    ...(whole === null ? {} : { resume: whole }),
    bounds: { executions: (whole?.executions ?? 0) + executions },
  });
  const counts = again.verdict === 'bounded' && again.bound === 'executions' ? report : again;
  const { blocked, steps } = counts;
  return {
    kind: 'judged',
    outcome: judgeReport(cell, search, built, counts),
    executions: counts.executions,
    blocked,
    steps,
  };
}
