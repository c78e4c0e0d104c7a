/** `racewalk findings`: where Linux itself breaks, by this model. */
import {
  exitCodeOf,
  type MatrixCell,
  type Plan,
  type PlanFilter,
  reportOf,
} from '@racewalk/conformance/matrix';
import { RacewalkError } from '@racewalk/core';
import type { MemoryModelName } from '@racewalk/core/step';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { withArchs } from '../input/archs.js';
import {
  type BoundOptions,
  budgetOption,
  executionsOf,
  executionsOption,
  MOST_EXECUTIONS,
} from '../input/bounds.js';
import { deliver } from '../input/files.js';
import { inOrder, memoryOption } from '../input/in-order.js';
import { globs, list, oneOf } from '../input/options.js';
import { FINDINGS, findingsOf } from '../render/findings.js';
import { ARCHS, TESTS } from './conformance.js';
import { NO_HOOKS } from './resumable.js';
import { alone } from './run-plan.js';

const FORMATS = ['text', 'markdown', 'json'] as const;

interface FindingsOptions extends BoundOptions {
  readonly arch?: readonly string[];
  readonly test?: string;
  readonly release?: string;
  readonly format: (typeof FORMATS)[number];
  readonly output?: string;
  readonly memory?: MemoryModelName;
}

/** Whether a cell is of Linux, and not of upstream that does the same: upstream is expected to hold. */
const ofLinux = (cell: MatrixCell): boolean => cell.variant.startsWith('linux:');

/** The cells to run; throws `RACEWALK_NOTHING_TO_RUN`. */
function planOf(context: Context, filter: PlanFilter): Plan {
  const plan = context.bench.suite.plan(filter);
  const cells = plan.cells.filter(ofLinux);
  if (cells.length > 0) return { ...plan, cells, problems: [] };
  throw new RacewalkError('RACEWALK_NOTHING_TO_RUN', 'no race says that Linux differs from upstream here', {
    hint: 'a wider --test, --arch or --release',
  });
}

export function findingsCommand(program: Command, context: Context): void {
  const command = program
    .command('findings')
    .summary('where Linux itself breaks, by this model')
    .description(
      'Runs every race in which a release of Linux differs from upstream, and prints those that break: ' +
        'release, place, shortest counterexample, and what is known about it.',
    )
    .option('--arch <names>', ARCHS, list)
    .option('--test <glob>', TESTS, globs)
    .option('--release <name>', 'one release, for instance 6.12')
    .option('--format <name>', FORMATS.join(', '), oneOf('format', FORMATS), 'text')
    .option('--output <file>', 'write to a file')
    .addOption(executionsOption(MOST_EXECUTIONS))
    .addOption(budgetOption('a bound on time for the whole run besides'));
  memoryOption(command).action(async (options: FindingsOptions) => {
    const { context: own, ids } = await withArchs(context, options.arch ?? []);
    const from = inOrder(own, options.memory);
    const { test, release, arch } = options;
    const plan = planOf(from, {
      variant: release === undefined ? 'linux' : `linux:${release}`,
      ...(test === undefined ? {} : { test }),
      ...(arch === undefined ? {} : { archs: ids }),
    });
    const limits = { ...executionsOf(options, MOST_EXECUTIONS), budget: options.budget };
    const report = reportOf(await alone(from, limits)(plan, NO_HOOKS), from.host);
    deliver(
      from,
      FINDINGS[options.format](findingsOf(report), from.width),
      options.output,
      options.format === 'json' ? 'programs' : 'people',
    );
    context.status.exit = exitCodeOf(report);
  });
}
