/** `racewalk replay`: the same schedule again, and `racewalk shrink`: a shorter one. */
import { replayToken, shrinkToken } from '@racewalk/conformance';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { deliver } from '../input/files.js';
import { withScenarios } from '../input/module.js';
import { partsOf, tokenFrom } from '../input/token.js';
import { printTrace } from '../render/formats.js';
import { count } from '../render/numbers.js';
import { budgetOption } from './conformance.js';
import { type PrintCommandOptions, printOptions } from './explain.js';

export function replayCommand(program: Command, context: Context): void {
  const command = program
    .command('replay')
    .summary('run the schedule of a token again')
    .description('Runs the schedule of a token, or of the token in a trace file, and prints it.')
    .argument('<token|file>', 'a replay token, or a file that holds one');
  printOptions(command).action(async (given: string, options: PrintCommandOptions) => {
    const token = tokenFrom(context, given);
    const trace = replayToken(token, partsOf(await withScenarios(context, options), token));
    const print = { ...context.print, all: options.all === true };
    deliver(context, printTrace(trace, options.format, print), options.output);
  });
}

export function shrinkCommand(program: Command, context: Context): void {
  const command = program
    .command('shrink')
    .summary('a shorter schedule with the same fault')
    .description(
      'Looks for a schedule with the same fault, fewer preemptions and fewer steps, and prints it.',
    )
    .argument('<token|file>', 'a replay token, or a file that holds one')
    .addOption(budgetOption('for the search', 10_000));
  printOptions(command).action(async (given: string, options: PrintCommandOptions & { budget: number }) => {
    const token = tokenFrom(context, given);
    const parts = partsOf(await withScenarios(context, options), token);
    const trace = shrinkToken(token, parts, options.budget);
    const before = replayToken(token, parts).stats.steps;
    context.io.err(`${count(before, 'step')} before, ${count(trace.stats.steps, 'step')} now\n`);
    const print = { ...context.print, all: options.all === true };
    deliver(context, printTrace(trace, options.format, print), options.output);
  });
}
