/** `racewalk conformance`: the main job. */
import { type ConformanceReport, exitCodeOf, type PlanFilter, reportOf } from '@racewalk/conformance/matrix';
import { RacewalkError } from '@racewalk/core';
import type { MemoryModelName } from '@racewalk/core/step';
import type { Params } from '@racewalk/machine';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { EXIT } from '../exit-codes.js';
import { withArchs, withOrigin } from '../input/archs.js';
import {
  type BoundOptions,
  budgetOption,
  executionsOf,
  executionsOption,
  MOST_EXECUTIONS,
} from '../input/bounds.js';
import { fingerprintOfRun } from '../input/checkpoint-file.js';
import { checkWritable } from '../input/files.js';
import { inOrder } from '../input/in-order.js';
import { globs, list, memory, shard, workers } from '../input/options.js';
import { emit, REPORTERS_TEXT, type Reporter, reporter } from '../render/reporters.js';
import { costOf } from '../scale/costs.js';
import { defaultWorkers, type Hire, threads } from '../scale/threads.js';
import { NO_HOOKS, runResumable } from './resumable.js';
import { alone, together } from './run-plan.js';

/** What `--arch` takes where several are meant. */
export const ARCHS = 'ids of architectures, or files that export plug-ins, with commas between them';

/** What `--arch` takes where one is meant. */
export const ARCH = 'id of an architecture, or FILE or FILE#ID of a plug-in';

/** What `--test` takes. */
export const TESTS = 'tests whose id matches, for instance "contpte/teardown-*"; may be given several times';

/** Options of a run of the matrix. */
export interface RunOptions extends BoundOptions {
  readonly arch?: readonly string[];
  readonly test?: string;
  readonly variant?: string;
  readonly param?: Params;
  readonly workers?: number;
  readonly shard?: { readonly index: number; readonly count: number };
  readonly reporter: Reporter;
  readonly output?: string;
  readonly traces?: string;
  readonly checkpoint?: string;
  readonly all?: boolean;
  readonly verbose?: boolean;
  readonly explain?: boolean;
  readonly checked?: boolean;
  readonly memory?: MemoryModelName;
}

/** Options that `conformance` and `check` share. */
export function runOptions(command: Command): Command {
  return matrixOptions(command).option(
    '--workers <n>',
    'worker threads; default: one for each processor, if it pays',
    workers,
  );
}

/** The same without those about the workers. */
export function matrixOptions(command: Command): Command {
  return command
    .option('--arch <names>', ARCHS, list)
    .option(
      '--variant <name>',
      'upstream, linux, linux:RELEASE, mutants, holds, all, or the name of one',
      'all',
    )
    .addOption(executionsOption(MOST_EXECUTIONS))
    .addOption(budgetOption('a bound on time for the whole run besides'))
    .option('--shard <i/n>', 'the i-th of n parts of the matrix, each about as much work', shard)
    .option('--reporter <name>', REPORTERS_TEXT, reporter, 'pretty')
    .option('--output <file>', 'write the report to a file; the matrix is printed all the same')
    .option('--traces <dir>', 'write every counterexample to a file of this directory, named by its token')
    .option('--checkpoint <file>', 'go on from this file if it exists, and leave it behind if interrupted')
    .option('--verbose', 'every variant of every race, with its executions')
    .option('--explain', 'also print the counterexamples of variants that break as expected')
    .option('--all', 'also say why cells do not apply, and what is not modelled')
    .option('--memory <model>', 'sc, tso or weak; default: that of each architecture', memory)
    .option('--checked', 'first look for broken promises of authors, as check always does');
}

/** Reporters that say of an expected counterexample no more than that there is one. */
const COUNTING: readonly Reporter[] = ['pretty', 'github'];

function filterOf(options: RunOptions, archs: readonly string[] | undefined): PlanFilter {
  const { test, variant, shard: part, param } = options;
  return {
    ...(archs === undefined ? {} : { archs }),
    ...(test === undefined ? {} : { test }),
    ...(variant === undefined ? {} : { variant }),
    ...(param === undefined ? {} : { params: param }),
    ...(part === undefined ? {} : { shard: part, costOf }),
  };
}

/**
 * Run the matrix of a context's workbench, with the workers that `hired` finds or with threads, and report. `refuse` sees
 * the report first: what it throws is all that is said.
 */
export async function runMatrix(
  given: Context,
  options: RunOptions,
  { hired, refuse = () => undefined }: { hired?: Hire; refuse?: (report: ConformanceReport) => void } = {},
): Promise<void> {
  const { context: own, ids } = await withArchs(given, options.arch ?? []);
  const context = inOrder(own, options.memory);
  const { suite } = context.bench;
  if (options.output !== undefined) checkWritable(context, options.output);
  const plan = suite.plan(filterOf(options, options.arch && ids));
  if (plan.cells.length === 0) {
    throw new RacewalkError('RACEWALK_NOTHING_TO_RUN', 'no cell is left to run', {
      hint: 'fewer shards, or a wider --test, --arch or --variant',
    });
  }
  const { checkpoint } = options;
  if (checkpoint !== undefined) checkWritable(context, checkpoint);
  const workers = options.workers ?? defaultWorkers(context, plan);
  const hire = hired ?? (workers === 1 ? null : async (from: Context) => threads(from, workers));
  const { budget, checked, memory: order } = options;
  const caughtPlaces = options.explain === true || options.traces !== undefined;
  // Where they are only counted, a replay of the schedule as it was found is enough.
  const caughtTraces = caughtPlaces || checkpoint !== undefined || !COUNTING.includes(options.reporter);
  const seen = { caughtPlaces, caughtTraces };
  const limits = { ...executionsOf(options, MOST_EXECUTIONS), budget, checked, ...seen, memory: order };
  const run = hire === null ? alone(context, limits) : together(context, limits, hire);
  const report =
    checkpoint === undefined
      ? reportOf(await run(plan, NO_HOOKS), context.host)
      : await runResumable(context, plan, checkpoint, run);
  refuse(report);
  emit(context, withShard(context, withOrigins(context, report), options, ids), options);
  const code = exitCodeOf(report);
  // A shard may well have nothing but cells that do not apply.
  const idle = code === EXIT.UNEXPECTED && options.shard !== undefined && report.summary.unexpected === 0;
  context.status.exit = report.interrupted ? EXIT.INTERRUPTED : idle && !report.problems ? EXIT.OK : code;
}

/** The report, whose traces say what their replay needs. */
function withOrigins(context: Context, report: ConformanceReport): ConformanceReport {
  const cells = report.cells.map((cell) =>
    cell.trace === undefined ? cell : { ...cell, trace: withOrigin(context, cell.trace) },
  );
  return { ...report, cells };
}

/** The report, which says what part of which run it is. */
function withShard(
  { bench }: Context,
  report: ConformanceReport,
  { shard: part, arch, ...options }: RunOptions,
  ids: readonly string[],
): ConformanceReport {
  if (part === undefined) return report;
  const { cells } = bench.suite.plan(filterOf(options, arch && ids));
  const shards = { run: fingerprintOfRun(cells, report.version), count: part.count, parts: [part.index] };
  return { ...report, shards };
}

export function conformanceCommand(program: Command, context: Context): void {
  const command = program
    .command('conformance')
    .summary('run every race test on every architecture')
    .description('Runs every race test and its mutants on every architecture, and prints the matrix.')
    .option('--test <glob>', TESTS, globs);
  runOptions(command).action((options: RunOptions) => runMatrix(context, options));
}
