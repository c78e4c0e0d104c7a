/** How a cell is searched, and its verdict: one table each, for results, reports and tasks. */
import { TRACE_SCHEMA, type Trace } from '@racewalk/trace';
import { z } from 'zod';
import { count, memory, milliseconds, strategy, verdict } from './fields.js';

/** A trace; `parseTrace` checks the rest when one is shown. */
const isTrace = (value: unknown): value is Trace =>
  z.looseObject({ schema: z.literal(TRACE_SCHEMA) }).safeParse(value).success;

/** What is found out about a cell. */
export const outcomeFields = {
  verdict,
  /** The invariant that broke. */
  invariant: z.string().optional(),
  /** The limit that ended the search; only with the verdict `bounded`. */
  bound: z.string().optional(),
  /** Replays the counterexample. */
  token: z.string().optional(),
  /** The counterexample. */
  trace: z.custom<Trace>(isTrace, `a ${TRACE_SCHEMA}`).optional(),
};

/** What went wrong, where the verdict is `error` or `nondeterministic`; a report has it as `reason`. */
export const detail = z.string().optional();

/** How much work a cell was. */
export const workFields = {
  /** Complete executions over all sizes. */
  executions: count,
  /** Executions given up as redundant. */
  blocked: count,
  steps: count,
  /** States, where the strategy counts them. */
  states: count.optional(),
  /** Wall-clock milliseconds, shortening included. */
  ms: milliseconds,
};

/** A verdict and what belongs to it. */
export const outcome = z.strictObject({ ...outcomeFields, detail });

/** A finished cell without the cell. */
export const result = z.strictObject({
  ...outcomeFields,
  detail,
  /** Whether the verdict is the expected one. Never true for `bounded`. */
  asExpected: z.boolean(),
  ...workFields,
});

/** How a cell is explored, as far as a worker elsewhere has to know. */
export const searchOptions = z.strictObject({
  /** Default `dpor`: exhaustive, one execution per class of equivalent schedules. */
  strategy: strategy.optional(),
  /** Default: the plug-in's own. */
  memory: memory.optional(),
  /** Preemptions of any one schedule; no limit by default. */
  preemptions: count.optional(),
  /** Executions per size; no limit by default. */
  executions: count.optional(),
  /** Seed of `random` and `pct`; default 1. */
  seed: z.number().int().optional(),
  /** States searched for a shorter counterexample; 0 keeps it as found. Default 300 000. */
  shrinkStates: count.optional(),
  /** The same where the counterexample is the expected one; default as `shrinkStates`. */
  shrinkCaughtStates: count.optional(),
  /** Whether steps of an expected counterexample name their source lines, which takes a tenth of a run; yes by default. */
  caughtPlaces: z.boolean().optional(),
  /** Whether an expected counterexample is made short and recorded, and not only replayed; yes by default. */
  caughtTraces: z.boolean().optional(),
  /** Whether to find out what a counterexample hangs on; no by default. */
  causes: z.boolean().optional(),
  /** Look for broken promises of the race's author before the search; no by default. */
  checked: z.boolean().optional(),
  /** Further hints for the trace of a counterexample. */
  hints: z.array(z.string().max(2_000)).max(50).readonly().optional(),
});

/** A verdict and what belongs to it, as against how much work it was. */
export type Outcome = Readonly<z.infer<typeof outcome>>;
/** A finished cell without the cell. */
export type PlainResult = Readonly<z.infer<typeof result>>;
/** How a cell is explored; the same for all tasks of a cell. */
export type SearchOptions = Readonly<z.infer<typeof searchOptions>>;
