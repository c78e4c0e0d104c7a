/**
 * A report: what other tools read. Fields are only ever added, and an added one is optional. How it stands in a file is
 * in `report-file.ts`; counterexamples are files of their own (`traceFile`), if there are any.
 */
import { z } from 'zod';
import type { Expected } from '../plan/cell.js';
import { milliseconds, refFields } from './fields.js';
import { REPORT_SCHEMA } from './names.js';
import { outcomeFields, workFields } from './result.js';

const texts = z.array(z.string()).readonly();
/** Files may have been made by another version: a count is any number from 0. */
const count = z.number().nonnegative();

const isExpected = (value: unknown): value is Expected =>
  typeof value === 'string' && /^(holds|not-applicable|violates:\w+(\|\w+)*)$/.test(value);

/** One architecture of a report. */
export const reportArch = z.object({
  id: z.string(),
  title: z.string(),
  capabilities: texts,
  /** Memory model of the plug-in. */
  memory: z.string(),
  /** What the plug-in does not model, in its own words. */
  omits: texts,
  /** What it does not model according to its parts, whatever it says itself. */
  notModelled: texts.optional(),
  /** Mutants that it says it survives, each with the reason. */
  survives: z.array(z.object({ test: z.string(), mutant: z.string(), why: z.string() })).optional(),
});

/** One cell of a report. */
export const reportedCell = z.object({
  ...refFields,
  /** Where the question comes from. */
  source: z.string(),
  expected: z.custom<Expected>(isExpected, 'expected holds, violates:CODE or not-applicable'),
  ...outcomeFields,
  /** Why it does not apply, why a mutant breaks or holds, or what went wrong. */
  reason: z.string().optional(),
  asExpected: z.boolean(),
  /** Of `upstream`: releases of Linux that do the same. */
  linux: texts.optional(),
  /** Of `linux:RELEASE`: where it stands in the kernel. */
  kernel: z.string().optional(),
  /** Of `linux:RELEASE`: what is known about it. */
  known: z.string().optional(),
  /** `sc`: explored in order, although the hardware of the plug-in reorders loads and stores. */
  order: z.literal('sc').optional(),
  /** File of the counterexample, relative to the file of the report. */
  traceFile: z.string().optional(),
  ...workFields,
});

/** Hardware that a race leaves out. */
export const reportLess = z.object({
  test: z.string(),
  hardware: z.string(),
  why: z.string(),
  at: z.string().optional(),
});

/** A race with a memory order of its own, and the architectures that have it only there. */
export const reportOrder = z.object({
  test: z.string(),
  memory: z.string(),
  archs: z.array(z.string()).readonly(),
});

/**
 * The totals. Every cell counts in exactly one of `asExpected`, `unexpected`, `notApplicable` and `bounded`.
 */
export const reportSummary = z.object({
  cells: count,
  /** Cells that were run and came to what was expected. */
  asExpected: count,
  unexpected: count,
  notApplicable: count,
  bounded: count,
  executions: count,
  steps: count,
  /** Wall-clock milliseconds; the sum over the parts of a merged report. */
  ms: milliseconds,
});

/** Parts that a run may have; a larger number is a mistake, or mischief. */
const MOST_SHARDS = 100_000;
const part = z.number().int().min(1).max(MOST_SHARDS);

/** Which parts of a run a report has, if the run was made in parts. */
export const reportShards = z
  .object({
    /** Names the whole run: parts with different names do not belong together. */
    run: z.string(),
    /** Number of parts. */
    count: part,
    /** Numbers of the parts that are in the report, from 1, in order. */
    parts: z.array(part).readonly(),
  })
  .refine((shards) => shards.parts.every((n) => n <= shards.count), {
    path: ['parts'],
    error: 'expected numbers from 1 to the number of parts',
  });

/** A report. */
export const conformanceReport = z.object({
  schema: z.literal(REPORT_SCHEMA),
  archs: z.array(reportArch).readonly(),
  cells: z.array(reportedCell).readonly(),
  summary: reportSummary,
  /** What no plug-in models. */
  notModelled: texts.optional(),
  /** What single races leave out of the hardware that the plug-ins model, and why. */
  lessHardware: z.array(reportLess).readonly().optional(),
  /** Races that were explored in another order than their architectures else are; `sc`: the weak one is too much for the suite. */
  ownOrders: z.array(reportOrder).readonly().optional(),
  /**
   * Present if the suite itself is at fault, for instance a mutant that nobody is expected to catch, or a
   * plug-in: a claim that is not so, an `omits` that cannot be true.
   */
  problems: texts.optional(),
  /** Present and true if the run was interrupted. */
  interrupted: z.boolean().optional(),
  /** Of a run with `--shard`, or a sum of such. */
  shards: reportShards.optional(),
  /** Version of Racewalk. */
  version: z.string(),
  /** Version of Node. */
  node: z.string(),
  host: z.object({ cpus: z.number() }),
});

/** One architecture of a report. */
export type ReportArch = Readonly<z.infer<typeof reportArch>>;
/** One cell of a report. */
export type ReportCell = Readonly<z.infer<typeof reportedCell>>;
/** Hardware that a race leaves out. */
export type ReportLess = Readonly<z.infer<typeof reportLess>>;
/** A race with a memory order of its own. */
export type ReportOrder = Readonly<z.infer<typeof reportOrder>>;
/** The totals of a report. */
export type ReportSummary = Readonly<z.infer<typeof reportSummary>>;
/** Which parts of a run a report has. */
export type ReportShards = Readonly<z.infer<typeof reportShards>>;
/** A report. */
export type ConformanceReport = Readonly<z.infer<typeof conformanceReport>>;
