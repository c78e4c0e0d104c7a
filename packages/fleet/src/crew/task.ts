/** The types of tasks and results; `schema.ts` says what is in them. Nothing is loaded for a type. */
import { type CellRef, keyOf } from '@racewalk/conformance/matrix';
import type { z } from 'zod';
import type * as schema from './schema.js';

/** Run a cell, or continue it, for a while. */
export type SliceTask = Readonly<z.infer<typeof schema.sliceTask>>;
/** Explore a piece of the search of one size. */
export type PieceTask = Readonly<z.infer<typeof schema.pieceTask>>;
/** Judge a finished search. */
export type JudgeTask = Readonly<z.infer<typeof schema.judgeTask>>;
/** Say which steps lead to a place in the search. */
export type DescribeTask = Readonly<z.infer<typeof schema.describeTask>>;
/** Anything a worker can do. */
export type Task = SliceTask | PieceTask | JudgeTask | DescribeTask;

/** A cell that is finished, or how far it got. */
export type SliceAnswer = Readonly<z.infer<typeof schema.finished> | z.infer<typeof schema.unfinished>>;
/** What a search came to. */
export type JudgeAnswer = Readonly<z.infer<typeof schema.judgeAnswer>>;
/** Steps in words, and a token that replays them. */
export type DescribeAnswer = Readonly<z.infer<typeof schema.describeAnswer>>;
/** What a worker returns. */
export type Answer = Readonly<z.infer<typeof schema.answer>>;

/** An error on its way to another thread or process. */
export type PlainError = Readonly<z.infer<typeof schema.plainError>>;
/** What stands in the queue. */
export type QueuedTask = Readonly<z.infer<typeof schema.queuedTask>>;
/** What comes back from a worker on another machine. */
export type QueuedReply = Readonly<z.infer<typeof schema.queuedReply>>;

/** A name for what a worker needs to know for a task: workers are quicker at tasks like the last one. */
export const subjectOf = ({ cell }: { readonly cell: CellRef }): string => keyOf(cell);
