/**
 * What workers are asked to do, and what they answer. All of it is plain JSON that names a scenario and a place in
 * its search; it never carries code. A worker elsewhere checks every task against these tables; the numbers are
 * checked against the program when it is taken up.
 */
import {
  cellCheckpoint,
  cellRef,
  checkpoint,
  count,
  describes,
  fault,
  milliseconds,
  name,
  outcome,
  result,
  searchOptions,
} from '@racewalk/conformance/schema';
import type { Job, JobResult, Report, Rest, SavedTree } from '@racewalk/explorer';
import { z } from 'zod';

const agent = z.number().int().min(-1).max(64);
/** Agent and alternative. */
const step = z
  .tuple([
    agent,
    z
      .number()
      .int()
      .min(0)
      .max(1 << 16),
  ])
  .readonly();
const cells = z.array(count);
const foot = cells;
const tree: z.ZodType<SavedTree> = z.lazy(() => z.tuple([agent, count, foot, z.array(tree)]));
const asleep = z.array(z.tuple([agent, z.number().int()]));
const trees = z.array(z.array(tree));

const rest = describes<Rest>()(
  z.strictObject({ path: z.array(step), sleep: z.array(asleep), trees, feet: z.array(foot) }),
);

const job = describes<Job>()(
  z.strictObject({
    id: count,
    awaited: cells,
    prefix: z.array(step),
    sleep: z.array(asleep),
    trees,
    rest: rest.optional(),
    executions: z.number().int().positive(),
  }),
);

const asked = z.tuple([agent, count, foot, cells, z.union([z.literal(0), z.literal(1)])]);

/** The result of a search in executions and steps. */
const work = { executions: count, blocked: count, steps: count };

const jobResult = describes<JobResult>()(
  z.strictObject({
    ...work,
    id: count,
    deadlocks: count,
    nodes: count,
    requests: z.array(z.strictObject({ depth: count, steps: z.array(asked) })),
    rest: rest.optional(),
    fault: fault.optional(),
    tooLong: z.boolean().optional(),
    awaited: cells,
    ored: cells,
    restart: z.boolean().optional(),
  }),
);

const reportForm = z.looseObject({
  ...work,
  verdict: z.enum(['exhausted', 'bounded', 'counterexample']),
  counterexample: fault.optional(),
});
/** A report of the explorer: the fields that are read, whatever else it says. */
const report = z.custom<Report>((value) => reportForm.safeParse(value).success, 'expected a report');

const common = { cell: cellRef, search: searchOptions };
/** Index among the sizes of the cell. */
const size = count;

/** Run a cell, or continue it, for a while; answered by `finished` or `unfinished`. */
export const sliceTask = z.strictObject({
  ...common,
  kind: z.literal('slice'),
  /** Milliseconds after which the rest is handed back, if the strategy allows it. */
  quantum: milliseconds,
  /** Milliseconds after which the verdict is `bounded`; absent: no limit. */
  ms: milliseconds.optional(),
  from: cellCheckpoint.optional(),
});

/** Explore a piece of the search of one size; answered by `piece`. */
export const pieceTask = z.strictObject({
  ...common,
  kind: z.literal('piece'),
  size,
  /** Of the program, as `fingerprintOfProgram` says; absent: any. */
  fingerprint: z.string().max(100).optional(),
  /** Report, as progress, every time before the program's own code continues. */
  witness: z.boolean().optional(),
  job,
});

/** Judge a finished search: shorten, replay and record its counterexample; the reply is `judged`. */
export const judgeTask = z.strictObject({
  ...common,
  kind: z.literal('judge'),
  size,
  /** What was found in pieces. */
  report,
  /** Where the search was in one piece last, or null for its beginning. */
  whole: checkpoint.nullable(),
  /**
   * From there, as many executions are made in one piece, to find what one worker alone would have found; if that
   * finds nothing, `report` counts.
   */
  executions: count,
});

/** Say which steps lead to a place in the search, in words; answered by `described`. */
export const describeTask = z.strictObject({
  ...common,
  kind: z.literal('describe'),
  size,
  steps: z.array(step).readonly(),
});

/** Anything a worker can do. */
export const task = z.discriminatedUnion('kind', [sliceTask, pieceTask, judgeTask, describeTask]);

/** A cell that is finished. */
export const finished = z.strictObject({ kind: z.literal('finished'), result: result.readonly() });

/** How far a cell got. */
export const unfinished = z.strictObject({
  kind: z.literal('unfinished'),
  at: cellCheckpoint.readonly(),
  ms: milliseconds,
});

/** A piece, and how long it took. */
export const pieceAnswer = z.strictObject({ kind: z.literal('piece'), result: jobResult, ms: milliseconds });

/** What a search came to. */
export const judgeAnswer = z.strictObject({
  kind: z.literal('judged'),
  outcome: outcome.readonly(),
  ...work,
});

/** Steps in words, and a token that replays them. */
export const describeAnswer = z.strictObject({
  kind: z.literal('described'),
  text: z.string(),
  token: z.string().optional(),
});

/** The task could not be done, and cannot be done elsewhere: the program is at fault. */
export const failedAnswer = z.strictObject({
  kind: z.literal('failed'),
  verdict: z.enum(['error', 'nondeterministic']),
  detail: z.string(),
});

/** What a worker returns. */
export const answer = z.discriminatedUnion('kind', [
  finished,
  unfinished,
  pieceAnswer,
  judgeAnswer,
  describeAnswer,
  failedAnswer,
]);

/** An error on its way to another thread or process. */
export const plainError = z.strictObject({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  expected: z.string().optional(),
});

/** What stands in the queue. */
export const queuedTask = z.strictObject({
  schema: z.literal('racewalk.task/1'),
  version: name,
  task,
});

/** What comes back. */
export const queuedReply = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('answer'), answer }),
  z.strictObject({ kind: z.literal('lost'), how: z.string(), where: z.string().optional() }),
  z.strictObject({ kind: z.literal('refused'), error: plainError }),
]);
