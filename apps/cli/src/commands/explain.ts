/** `racewalk explain`: the shortest counterexample of one cell. */

import { outcomeText } from '@racewalk/conformance/matrix';
import type { MemoryModelName } from '@racewalk/core/step';
import type { Params } from '@racewalk/machine';
import type { Command } from 'commander';
import { namedCell } from '../cells.js';
import type { Context } from '../context.js';
import { usageError } from '../errors.js';
import { withArch, withOrigin } from '../input/archs.js';
import {
  type BoundOptions,
  budgetOption,
  executionsOf,
  executionsOption,
  MOST_EXECUTIONS,
  paramOption,
} from '../input/bounds.js';
import { cOptions } from '../input/c.js';
import { raceOfEntry } from '../input/entries.js';
import { deliver } from '../input/files.js';
import { inOrder, memoryOption } from '../input/in-order.js';
import { raceNamed, type ScenariosOption, scenariosOption } from '../input/module.js';
import { asReplayed, type Format, format, printTrace, readerOf } from '../render/formats.js';
import { count, grouped } from '../render/numbers.js';
import { ARCH } from './conformance.js';
import { exitOf } from './explore.js';
import { runNamed } from './run-cell.js';

/** Options of commands that print a trace. */
export interface PrintCommandOptions extends ScenariosOption {
  readonly format: Format;
  readonly output?: string;
  readonly all?: boolean;
  readonly sources?: boolean;
}

interface ExplainOptions extends PrintCommandOptions, BoundOptions {
  readonly arch?: string;
  readonly variant: string;
  readonly param?: Params;
  readonly memory?: MemoryModelName;
}

/** Options of commands that print a trace. */
export function printOptions(command: Command): Command {
  return cOptions(scenariosOption(command))
    .option(
      '--format <name>',
      'columns, lkml, markdown, mermaid, svg, json, or link: an address of the web page',
      format,
      'columns',
    )
    .option('--output <file>', 'write to a file')
    .option('--all', 'every step by itself, bookkeeping and omissions included')
    .option('--sources', 'in columns: where each step stands in the source, and whose store it read');
}

/** States searched for a shorter counterexample before it is explained. */
const SHRINK_STATES = 1_000_000;

/** The first plug-in on which a variant is expected to break, or the first of all; null for a variant that there is not. */
function firstBroken({ bench: { suite, registry } }: Context, test: string, variant: string): string | null {
  const { cells } = suite.plan({ test, variant: registry.variant(variant, [test]) });
  const runs = cells.filter(({ expected }) => expected !== 'not-applicable');
  return (runs.find(({ expected }) => expected.startsWith('violates')) ?? runs[0])?.arch ?? null;
}

export function explainCommand(program: Command, context: Context): void {
  const command = program
    .command('explain')
    .summary('the shortest counterexample of one cell')
    .description('Looks for the shortest schedule that breaks an invariant, and prints it.')
    .argument(
      '<test>',
      'id of a race test, or of an entry of the catalogue, for instance A4; or a race: FILE.c',
    )
    .option('--arch <name>', `${ARCH}; of a race in a file, by default the first that it breaks on`)
    .option('--variant <name>', 'upstream, linux, linux:RELEASE, or a mutant', 'upstream')
    .addOption(executionsOption(MOST_EXECUTIONS))
    .addOption(budgetOption('a bound on time besides'));
  memoryOption(printOptions(paramOption(command))).action(async (test: string, options: ExplainOptions) => {
    const race = await raceNamed(context, test, options);
    const arch =
      options.arch ??
      (race.file === null
        ? null
        : firstBroken(inOrder(race.context, options.memory), race.test, options.variant));
    if (arch === null)
      throw usageError(
        "required option '--arch <name>' not specified",
        'see what there is: racewalk list archs',
      );
    const { context: own, id } = await withArch(race.context, arch);
    const from = inOrder(own, options.memory);
    const entry = command.getOptionValueSource('variant') === 'cli' ? null : raceOfEntry(from, race.test, id);
    const { cell, hints } = namedCell(
      from,
      entry?.test ?? race.test,
      id,
      entry?.variant ?? options.variant,
      options.param,
    );
    const { budget: ms } = options;
    const limits = { ...executionsOf(options, MOST_EXECUTIONS), ...(ms === undefined ? {} : { ms }) };
    const result = await runNamed(context, cell, {
      ...limits,
      shrinkStates: SHRINK_STATES,
      causes: true,
      hints,
      ...(options.memory === undefined ? {} : { memory: options.memory }),
    });
    context.status.exit = exitOf(result);
    if (result.trace === undefined) {
      const explored = count(result.executions, 'execution');
      context.io.out(
        `no counterexample: ${cell.test} ${cell.variant} ${outcomeText(result)} on ${cell.arch} (${explored})\n`,
      );
      return;
    }
    const { executions: found = 0, shrunkFrom = 0, steps } = result.trace.stats;
    const how =
      shrunkFrom > steps ? `, shortened from ${grouped(shrunkFrom)} to ${count(steps, 'step')}` : '';
    context.io.err(`found as execution ${grouped(found)}${how}\n`);
    if (options.format === 'link') context.io.err('racewalk serve shows the page that the link opens\n');
    const print = { ...from.print, all: options.all === true, sources: options.sources === true };
    const trace = withOrigin(from, asReplayed(result.trace));
    deliver(context, printTrace(trace, options.format, print), options.output, readerOf(options.format));
  });
}
