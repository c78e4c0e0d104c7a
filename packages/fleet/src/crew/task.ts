/**
 * What workers are asked to do, and what they answer. All of it is plain JSON that names a scenario and a
 * place in its search; it never carries code.
 */
import type { CellCheckpoint, CellResult, Outcome } from '@racewalk/conformance';
import type { MemoryModel } from '@racewalk/core/step';
import type { Checkpoint, Job, JobResult, Report, Strategy } from '@racewalk/explorer';

/** Names a cell of the matrix. */
export interface CellRef {
  readonly test: string;
  readonly arch: string;
  /** `upstream` or `mutant:NAME`. */
  readonly variant: string;
}

/** How a cell is explored; the same for all tasks of a cell. */
export interface SearchOptions {
  readonly strategy?: Strategy;
  /** Default: the plug-in's own. */
  readonly memory?: MemoryModel;
  readonly preemptions?: number;
  readonly executions?: number;
  readonly seed?: number;
  readonly shrinkMs?: number;
  readonly shrinkCaughtMs?: number;
  readonly hints?: readonly string[];
}

interface TaskCommon {
  readonly cell: CellRef;
  readonly search: SearchOptions;
}

/** Run a cell, or go on with it, for a while. Answered by a {@link SliceAnswer}. */
export interface SliceTask extends TaskCommon {
  readonly kind: 'slice';
  /** Milliseconds after which the rest is handed back, if the strategy allows it. */
  readonly quantum: number;
  /** Milliseconds after which the verdict is `bounded`; absent: no limit. */
  readonly ms?: number;
  readonly from?: CellCheckpoint;
}

/** Explore a piece of the search of one size. Answered by the explorer's `JobResult`. */
export interface PieceTask extends TaskCommon {
  readonly kind: 'piece';
  /** Index among the sizes of the cell. */
  readonly size: number;
  /** Of the program, as `fingerprintOfProgram` says; absent: any. */
  readonly fingerprint?: string;
  /** Report, as progress, every time before the program's own code goes on. */
  readonly witness?: boolean;
  readonly job: Job;
}

/** Say what a finished search comes to: shorten, replay and record its counterexample. */
export interface JudgeTask extends TaskCommon {
  readonly kind: 'judge';
  readonly size: number;
  /** What was found in pieces. */
  readonly report: Report;
  /** Where the search was in one piece last, or null for its beginning. */
  readonly whole: Checkpoint | null;
  /**
   * From there, as many executions are made in one piece, to find what one worker alone would have found; if
   * that finds nothing, `report` counts.
   */
  readonly executions: number;
}

/** Say which steps lead to a place in the search, in words. */
export interface DescribeTask extends TaskCommon {
  readonly kind: 'describe';
  readonly size: number;
  /** Agent and alternative of every step. */
  readonly steps: readonly (readonly [agent: number, choice: number])[];
}

/** Anything a worker can do. */
export type Task = SliceTask | PieceTask | JudgeTask | DescribeTask;

/** A finished cell without the cell. */
export type PlainResult = Omit<CellResult, 'cell'>;

/** A cell that is finished, or how far it got. */
export type SliceAnswer =
  | { readonly kind: 'finished'; readonly result: PlainResult }
  | { readonly kind: 'unfinished'; readonly at: CellCheckpoint; readonly ms: number };

/** A piece, and how long it took. */
export interface PieceAnswer {
  readonly kind: 'piece';
  readonly result: JobResult;
  readonly ms: number;
}

/** What a search came to. */
export interface JudgeAnswer {
  readonly kind: 'judged';
  readonly outcome: Outcome;
  readonly executions: number;
  readonly blocked: number;
  readonly steps: number;
}

/** Steps in words, and a token that replays them. */
export interface DescribeAnswer {
  readonly kind: 'described';
  readonly text: string;
  readonly token?: string;
}

/** The task could not be done, and cannot be done elsewhere: the program is at fault. */
export interface FailedAnswer {
  readonly kind: 'failed';
  readonly verdict: 'error' | 'nondeterministic';
  readonly detail: string;
}

/** What a worker answers. */
export type Answer = SliceAnswer | PieceAnswer | JudgeAnswer | DescribeAnswer | FailedAnswer;

/** A name for what a worker needs to know for a task: workers are quicker at tasks like the last one. */
export const subjectOf = ({ cell }: Task): string => `${cell.test} ${cell.variant} ${cell.arch}`;
