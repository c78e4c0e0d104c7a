/** `racewalk explore`: one cell, with an estimate first and statistics afterwards. */
import type { CellResult } from '@racewalk/conformance/matrix';
import type { MemoryModelName } from '@racewalk/core/step';
import type { Strategy } from '@racewalk/explorer';
import { inOrderOnly, type Params } from '@racewalk/machine';
import { columns } from '@racewalk/trace';
import type { Command } from 'commander';
import { namedCell } from '../cells.js';
import type { Context } from '../context.js';
import { usageError } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { withArch, withOrigin } from '../input/archs.js';
import {
  type BoundOptions,
  budgetOption,
  executionsOf,
  executionsOption,
  MOST_EXPLORED,
  paramOption,
} from '../input/bounds.js';
import { inOrder } from '../input/in-order.js';
import { raceNamed, type ScenariosOption, scenariosOption } from '../input/module.js';
import { exploreStrategy, memory, wholeNumber, workers } from '../input/options.js';
import { ExpectedWork, estimatesOf, estimateText } from '../render/expected.js';
import { count, grouped, time } from '../render/numbers.js';
import { type Hire, threads } from '../scale/threads.js';
import { ARCH } from './conformance.js';
import { type RunCell, runFromFile, runNamed, runSideBySide, runTogether } from './run-cell.js';

/** Options of a search of one cell. */
export interface ExploreCommandOptions extends ScenariosOption, BoundOptions {
  readonly arch: string;
  readonly variant: string;
  readonly strategy?: Strategy | 'portfolio';
  readonly preemptions?: number;
  readonly seed?: number;
  readonly memory?: MemoryModelName;
  readonly param?: Params;
  readonly workers?: number;
  readonly checkpoint?: string;
}

/** What a finished cell means for the exit code. */
export function exitOf(result: CellResult): number {
  if (result.asExpected) return EXIT.OK;
  return result.verdict === 'bounded' ? EXIT.BOUNDED : EXIT.UNEXPECTED;
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
  if (verdict === 'bounded') out.push(...goOnHints(bound ?? ''));
  return [...out, `time      ${time(ms)}`];
}

/** What a bounded search can be given more of. */
function goOnHints(bound: string): string[] {
  const more: Readonly<Record<string, string>> = {
    executions: '--executions N',
    ms: '--budget TIME',
    preemptions: '--preemptions N',
  };
  return more[bound] === undefined ? [] : [`more      ${more[bound]} allows more`];
}

/** The search that a checkpoint file belongs to: how much of it is done in one go does not matter. */
function searchOf<T extends BoundOptions>({ executions: _, ...search }: T): Omit<T, 'executions'> {
  return search;
}

/** Arguments and options of a search of one cell. */
export function exploreOptions(command: Command): Command {
  const own = command
    .argument('<test>', 'id of a race test, or a race: FILE.c')
    .requiredOption('--arch <name>', ARCH)
    .option('--variant <name>', 'upstream, linux, linux:RELEASE, or a mutant', 'upstream')
    .option('--seed <n>', 'seed of random and pct', wholeNumber('--seed', 0))
    .option('--memory <model>', 'sc, tso or weak; default: that of the architecture', memory)
    .option('--checkpoint <file>', 'go on from this file if it exists, and leave it behind if not finished')
    .addOption(executionsOption(MOST_EXPLORED))
    .addOption(budgetOption('a bound on time besides'));
  return scenariosOption(paramOption(own));
}

/** The strategy that is meant. Of the two searches over states, one goes by the number of preemptions. */
function strategyOf({ strategy, preemptions }: ExploreCommandOptions): ExploreCommandOptions['strategy'] {
  if (preemptions === undefined) return strategy;
  if (strategy === undefined || strategy === 'stateful') return 'bfs';
  throw usageError('--preemptions goes with the stateful strategy only', 'leave --strategy out');
}

/** Sampling has a bound of its own; the default is for searches that end by themselves. */
function mostOf(strategy: ExploreCommandOptions['strategy'], given: BoundOptions): { executions?: number } {
  if (given.executions === undefined && (strategy === 'random' || strategy === 'pct')) return {};
  return executionsOf(given, MOST_EXPLORED);
}

/** Explore one cell and print what comes of it; `hire` finds workers. */
export async function exploreCell(
  context: Context,
  test: string,
  options: ExploreCommandOptions,
  hire: Hire | null,
): Promise<void> {
  const {
    arch,
    variant,
    budget = Number.POSITIVE_INFINITY,
    executions: _given,
    param,
    workers: given,
    checkpoint,
    scenarios: _,
    strategy: __,
    ...others
  } = options;
  const race = await raceNamed(context, test, options);
  const { context: own, id } = await withArch(race.context, arch);
  const from = inOrder(own, options.memory);
  const { cell, hints } = namedCell(from, race.test, id, variant, param);
  const strategy = strategyOf(options);
  const limits = { ...others, ...mostOf(strategy, options) };
  const { io } = context;
  io.out(`${cell.test}   arch ${cell.arch}   variant ${cell.variant}\n`);
  const estimates = estimatesOf(cell, { memory: limits.memory });
  io.out(`estimate  ${estimates.map(estimateText).join('\n          ')}\n`);
  if (inOrderOnly(cell.plugin)) {
    const why = cell.scenario.inOrderOn?.includes(cell.arch) ? ' (weak: see nightly)' : '';
    io.out(`order     in order${why}; the hardware is weaker, and --memory weak explores that\n`);
  }
  let how: string | undefined;
  let result: CellResult;
  if (strategy === 'portfolio') {
    if (checkpoint !== undefined) {
      throw usageError(
        '--strategy portfolio cannot be resumed',
        'leave --checkpoint out, or name one strategy',
      );
    }
    ({ result, how } = await runSideBySide(from, cell, given ?? 2, { ...limits, ms: budget, hints }));
  } else {
    const search = { ...limits, ...(strategy === undefined ? {} : { strategy }) };
    const all = { ...search, ms: budget, hints };
    // The others do not make one execution for each class of schedules.
    const known = (strategy ?? 'dpor') === 'dpor' ? estimates : [];
    const run: RunCell =
      hire === null
        ? (more) => runNamed(from, cell, { ...all, ...more }, known[0] ? new ExpectedWork(known) : null)
        : runTogether(from, cell, hire, all, known);
    result =
      checkpoint === undefined
        ? await run({})
        : await runFromFile(from, cell, checkpoint, searchOf(search), run);
  }
  io.out(`${statistics(result).join('\n')}\n`);
  if (how !== undefined) io.out(`decided   ${how}\n`);
  if (result.trace !== undefined) io.out(`\n${columns(withOrigin(from, result.trace), from.print)}`);
  context.status.exit = exitOf(result);
}

export function exploreCommand(program: Command, context: Context): void {
  const command = program
    .command('explore')
    .summary('run one race test on one architecture')
    .description('Explores one cell of the matrix and prints what was found and how much was explored.')
    .option('--strategy <name>', 'dpor, stateful, portfolio, random or pct', exploreStrategy)
    .option('--preemptions <n>', 'at most n preemptions; implies stateful', wholeNumber('--preemptions', 0))
    .option('--workers <n>', 'worker threads; default 1, of a portfolio 2', workers);
  exploreOptions(command).action((test: string, options: ExploreCommandOptions) => {
    const size = options.workers ?? 1;
    return exploreCell(context, test, options, size === 1 ? null : async (from) => threads(from, size));
  });
}
