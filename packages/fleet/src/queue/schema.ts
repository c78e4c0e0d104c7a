/**
 * What may stand in a queue. A worker believes nothing: a task that is not of this form is not run. It names a
 * cell and a place in its search; the numbers are checked against the program when it is taken up.
 */
import { z } from 'zod';

const count = z.number().int().nonnegative();
const name = z.string().min(1).max(200);
const agent = z.number().int().min(-1).max(64);
const step = z.tuple([
  agent,
  z
    .number()
    .int()
    .min(0)
    .max(1 << 16),
]);
const cells = z.array(count);
const foot = cells;
const tree: z.ZodType = z.lazy(() => z.tuple([agent, count, foot, z.array(tree)]));
const asleep = z.array(z.tuple([agent, z.number().int()]));
const trees = z.array(z.array(tree));

const rest = z.strictObject({ path: z.array(step), sleep: z.array(asleep), trees, feet: z.array(foot) });

const asked = z.tuple([agent, count, foot, cells, z.union([z.literal(0), z.literal(1)])]);

const job = z.strictObject({
  id: count,
  awaited: cells,
  prefix: z.array(step),
  sleep: z.array(asleep),
  trees,
  rest: rest.optional(),
  executions: z.number().int().positive(),
});

const cell = z.strictObject({ test: name, arch: name, variant: name });
const memory = z.enum(['sc', 'tso']);
const strategy = z.enum(['dpor', 'stateful', 'random', 'pct', 'bfs']);
const milliseconds = z.number().nonnegative();

const search = z.strictObject({
  strategy: strategy.optional(),
  memory: memory.optional(),
  preemptions: count.optional(),
  executions: count.optional(),
  seed: z.number().int().optional(),
  shrinkMs: milliseconds.optional(),
  shrinkCaughtMs: milliseconds.optional(),
  hints: z.array(z.string().max(2_000)).max(50).optional(),
});

const fault = z.strictObject({
  code: name,
  message: z.string().max(100_000),
  path: z.array(z.number().int()),
  steps: count,
  preemptions: count,
});

/** The explorer's own; its state is checked against the program. */
const checkpoint = z.strictObject({
  schema: z.literal('racewalk.checkpoint/1'),
  fingerprint: z.string().max(100),
  strategy,
  memory,
  executions: count,
  blocked: count,
  steps: count,
  deadlocks: count,
  ms: milliseconds,
  firstFault: fault.optional(),
  state: z.unknown(),
});

const pieces = z.strictObject({
  schema: z.literal('racewalk.pieces/1'),
  fingerprint: z.string().max(100),
  memory,
  frontier: z.looseObject({ schema: z.literal('racewalk.frontier/2') }),
});

const from = z.strictObject({
  size: count,
  totals: z.strictObject({ executions: count, blocked: count, steps: count, states: count }),
  search: z.union([checkpoint, pieces]).nullable(),
});

const report = z.looseObject({
  verdict: z.enum(['exhausted', 'bounded', 'counterexample']),
  executions: count,
  blocked: count,
  steps: count,
  counterexample: fault.optional(),
});

const common = { cell, search };

/** A task. */
export const taskSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    ...common,
    kind: z.literal('slice'),
    quantum: milliseconds,
    ms: milliseconds.optional(),
    from: from.optional(),
  }),
  z.strictObject({
    ...common,
    kind: z.literal('piece'),
    size: count,
    fingerprint: z.string().max(100).optional(),
    witness: z.boolean().optional(),
    job,
  }),
  z.strictObject({
    ...common,
    kind: z.literal('judge'),
    size: count,
    report,
    whole: checkpoint.nullable(),
    executions: count,
  }),
  z.strictObject({ ...common, kind: z.literal('describe'), size: count, steps: z.array(step) }),
]);

const counts = { executions: count, blocked: count, steps: count };
const outcome = {
  verdict: z.enum(['holds', 'violates', 'bounded', 'not-applicable', 'nondeterministic', 'error']),
  invariant: z.string().optional(),
  detail: z.string().optional(),
  bound: z.string().optional(),
  token: z.string().optional(),
  trace: z.looseObject({ schema: z.literal('racewalk.trace/2') }).optional(),
};

/** An answer. */
export const answerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('finished'),
    result: z.strictObject({
      ...outcome,
      ...counts,
      asExpected: z.boolean(),
      states: count.optional(),
      ms: milliseconds,
    }),
  }),
  z.strictObject({ kind: z.literal('unfinished'), at: from, ms: milliseconds }),
  z.strictObject({
    kind: z.literal('piece'),
    ms: milliseconds,
    result: z.strictObject({
      ...counts,
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
  }),
  z.strictObject({ kind: z.literal('judged'), outcome: z.strictObject(outcome), ...counts }),
  z.strictObject({ kind: z.literal('described'), text: z.string(), token: z.string().optional() }),
  z.strictObject({
    kind: z.literal('failed'),
    verdict: z.enum(['error', 'nondeterministic']),
    detail: z.string(),
  }),
]);

/** What stands in the queue. */
export const requestSchema = z.strictObject({
  schema: z.literal('racewalk.task/1'),
  version: name,
  task: taskSchema,
});

/** What comes back. */
export const replySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('answer'), answer: answerSchema }),
  z.strictObject({ kind: z.literal('lost'), how: z.string(), where: z.string().optional() }),
  z.strictObject({
    kind: z.literal('refused'),
    error: z.strictObject({
      code: z.string(),
      message: z.string(),
      hint: z.string().optional(),
      expected: z.string().optional(),
    }),
  }),
]);
