/** `racewalk explore`: one cell, with an estimate first and statistics afterwards. */
import {
  type Cell,
  type CellOptions,
  type CellResult,
  keyOf,
  type Plan,
  runCell,
} from '@racewalk/conformance';
import { RacewalkError } from '@racewalk/core';
import type { MemoryModel } from '@racewalk/core/step';
import type { Estimate, Strategy } from '@racewalk/explorer';
import { runPlan, type SearchOptions } from '@racewalk/fleet';
import { columns } from '@racewalk/trace';
import type { Command } from 'commander';
import { namedCell } from '../cells.js';
import type { Context } from '../context.js';
import { usageError } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { withArch, withOrigin } from '../input/archs.js';
import { fingerprintOfRun, loadRun, removeRun, saveRun } from '../input/checkpoint-file.js';
import { checkWritable } from '../input/files.js';
import { type ScenariosOption, scenariosOption, withScenarios } from '../input/module.js';
import { memory, workers as parseWorkers, strategy, wholeNumber } from '../input/options.js';
import { ExpectedWork, estimatesOf, estimateText } from '../render/expected.js';
import { count, grouped, time } from '../render/numbers.js';
import { ProgressPrinter } from '../render/progress.js';
import { threads } from '../scale/threads.js';
import { ARCH, budgetOption } from './conformance.js';

interface ExploreCommandOptions extends ScenariosOption {
  readonly arch: string;
  readonly variant: string;
  strategy?: Strategy;
  readonly preemptions?: number;
  readonly executions?: number;
  readonly seed?: number;
  readonly memory?: MemoryModel;
  readonly budget: number;
  readonly workers: number;
  readonly checkpoint?: string;
}

/** What a finished cell means for the exit code. */
export function exitOf(result: CellResult): number {
  if (result.asExpected) return EXIT.OK;
  return result.verdict === 'bounded' ? EXIT.BOUNDED : EXIT.UNEXPECTED;
}

/** Run one cell with a progress line. */
export async function runNamed(
  context: Context,
  cell: Cell,
  options: CellOptions,
  expected: ExpectedWork | null = null,
): Promise<CellResult> {
  const printer = new ProgressPrinter(context);
  const text = `${cell.test} ${cell.arch} ${cell.variant}`;
  const result = await runCell(cell, {
    ...options,
    signal: context.io.signal,
    onProgress({ executions, ms }) {
      const share = expected?.share(executions, ms) ?? null;
      printer.show({ text, executions, share, ms, remaining: share?.remaining || null });
    },
  });
  printer.clear();
  return result;
}

/** Runs a cell; `from` is where an earlier run stopped, and `onCheckpoint` is told how far it is. */
type RunCell = (options: Pick<CellOptions, 'resume' | 'onCheckpoint'>) => Promise<CellResult>;

/** The same with worker threads. */
function runTogether(
  context: Context,
  cell: Cell,
  workers: number,
  { ms, ...search }: SearchOptions & { ms: number },
  estimates: readonly Estimate[],
): RunCell {
  return async ({ resume, onCheckpoint }) => {
    const printer = new ProgressPrinter(context);
    const text = `${cell.test} ${cell.arch} ${cell.variant}`;
    const sum = estimates.reduce((mean, { mean: more }) => mean + more, 0);
    const [first] = estimates;
    const expected = first === undefined ? null : new ExpectedWork([{ ...first, mean: sum }]);
    const crew = threads(context, workers);
    try {
      const {
        results,
        interrupted,
        ms: wall,
      } = await runPlan(crew, planOf(cell), {
        search,
        cellMs: ms,
        signal: context.io.signal,
        ...(resume === undefined ? {} : { resume: [{ key: keyOf(cell), at: resume }] }),
        onSave: ([running]) => running !== undefined && onCheckpoint?.(running.at),
        onProgress({ executions, ms: spent }) {
          const share = expected?.share(executions, spent) ?? null;
          printer.show({ text, executions, share, ms: spent, remaining: share?.remaining || null });
        },
      });
      const [result] = results;
      if (interrupted || result === undefined) throw interruption();
      return { ...result, ms: wall };
    } finally {
      printer.clear();
      await crew.close();
    }
  };
}

const planOf = (cell: Cell): Plan => ({ archs: [cell.plugin], cells: [cell], problems: [] });

const interruption = (): RacewalkError =>
  new RacewalkError('RACEWALK_INTERRUPTED', 'interrupted', { hint: 'with --checkpoint FILE it could go on' });

/** Run a cell, going on where a file says, and leave a file behind if the search is not finished. */
async function runFromFile(
  context: Context,
  cell: Cell,
  file: string,
  search: Omit<CellOptions, 'ms' | 'hints'>,
  run: RunCell,
): Promise<CellResult> {
  checkWritable(context, file);
  const fingerprint = fingerprintOfRun([cell], search);
  const key = keyOf(cell);
  const before = loadRun(context, file, fingerprint).running.find((running) => running.key === key);
  const goOn = `run the same command again to go on from ${file}`;
  try {
    const result = await run({
      ...(before === undefined ? {} : { resume: before.at }),
      // The search pauses once or twice a second; whatever ends the process then, this is what is left.
      onCheckpoint: (at) => saveRun(context, file, fingerprint, { cells: [], running: [{ key, at }], ms: 0 }),
    });
    if (result.verdict === 'bounded') context.io.err(`${goOn}\n`);
    else removeRun(context, file);
    return result;
  } catch (error) {
    if (!(error instanceof RacewalkError && error.code === 'RACEWALK_INTERRUPTED')) throw error;
    throw new RacewalkError('RACEWALK_INTERRUPTED', 'interrupted', { hint: goOn, cause: error });
  }
}

/** What a cell came to, in lines. */
function statistics(result: CellResult): string[] {
  const { cell, verdict, invariant, executions, blocked, steps, states, ms, bound, detail } = result;
  const found = verdict === 'violates' ? `violates ${invariant}` : verdict;
  const rate = ms > 0 ? ` · ${grouped((executions / ms) * 1000)}/s` : '';
  const out = [
    `verdict   ${found}${bound === undefined ? '' : ` by ${bound}`}, expected ${cell.expected}`,
    `explored  ${count(executions, 'execution')}, ${grouped(blocked)} redundant, ${count(steps, 'step')}${rate}`,
  ];
  if (states !== undefined) {
    const perSecond = ms > 0 ? ` · ${grouped((states / ms) * 1000)}/s` : '';
    out.push(`states    ${grouped(states)}${perSecond}`);
  }
  if (cell.sizes.length > 1)
    out.push(`sizes     ${cell.sizes.map((size) => JSON.stringify(size)).join(' ')}`);
  if (detail !== undefined) out.push(`detail    ${detail}`);
  return [...out, `time      ${time(ms)}`];
}

export function exploreCommand(program: Command, context: Context): void {
  const command = program
    .command('explore')
    .summary('run one race test on one architecture')
    .description('Explores one cell of the matrix and prints what was found and how much was explored.')
    .argument('<test>', 'id of a race test')
    .requiredOption('--arch <name>', ARCH)
    .option('--variant <name>', 'upstream, or a mutant', 'upstream')
    .option('--strategy <name>', 'dpor, stateful, random or pct', strategy)
    .option('--preemptions <n>', 'at most n preemptions; implies stateful', wholeNumber('--preemptions', 0))
    .option('--executions <n>', 'at most n executions', wholeNumber('--executions', 1))
    .option('--seed <n>', 'seed of random and pct', wholeNumber('--seed', 0))
    .option('--memory <model>', 'sc or tso; default: that of the architecture', memory)
    .option('--workers <n>', 'worker threads', parseWorkers, 1)
    .option('--checkpoint <file>', 'go on from this file if it exists, and leave it behind if not finished')
    .addOption(budgetOption('for the search'));
  scenariosOption(command).action(async (test: string, options: ExploreCommandOptions) => {
    const { arch, variant, budget, workers, checkpoint, scenarios: _, ...search } = options;
    const { context: from, id } = await withArch(await withScenarios(context, options), arch);
    const { cell, hints } = namedCell(from, test, id, variant);
    if (search.preemptions !== undefined) {
      if (search.strategy !== undefined && search.strategy !== 'stateful') {
        throw usageError('--preemptions goes with the stateful strategy only', 'leave --strategy out');
      }
      // Of the two searches over states, the one that goes by the number of preemptions.
      search.strategy = 'bfs';
    }
    const { io } = context;
    io.out(`${cell.test}   arch ${cell.arch}   variant ${cell.variant}\n`);
    const estimates = estimatesOf(cell, search.memory);
    io.out(`estimate  ${estimates.map(estimateText).join('\n          ')}\n`);
    // The others do not make one execution for each class of schedules.
    const expected = (search.strategy ?? 'dpor') === 'dpor' ? new ExpectedWork(estimates) : null;
    const how = { ...search, ms: budget, hints };
    const run: RunCell =
      workers === 1
        ? (more) => runNamed(from, cell, { ...how, ...more }, expected)
        : runTogether(from, cell, workers, how, expected === null ? [] : estimates);
    const result =
      checkpoint === undefined ? await run({}) : await runFromFile(from, cell, checkpoint, search, run);
    io.out(`${statistics(result).join('\n')}\n`);
    if (result.trace !== undefined) io.out(`\n${columns(withOrigin(from, result.trace), context.print)}`);
    context.status.exit = exitOf(result);
  });
}
