/** `racewalk replay`: the same schedule again, and `racewalk shrink`: a shorter one. */
import { replayToken, shrinkToken } from '@racewalk/conformance/matrix';
import type { MemoryModelName } from '@racewalk/core/step';
import type { TokenData } from '@racewalk/trace';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { usageError } from '../errors.js';
import { withArchs, withOrigin } from '../input/archs.js';
import { budgetOption } from '../input/bounds.js';
import { deliver } from '../input/files.js';
import { withScenarios } from '../input/module.js';
import { list, memory } from '../input/options.js';
import { partsOf, tokenFrom } from '../input/token.js';
import { type SubjectOptions, withTexts } from '../patch/subject.js';
import { printTrace, readerOf } from '../render/formats.js';
import { count } from '../render/numbers.js';
import { type PrintCommandOptions, printOptions } from './explain.js';

interface ReplayOptions extends PrintCommandOptions, SubjectOptions {
  readonly arch?: readonly string[];
  readonly memory?: MemoryModelName;
}

/** Options of commands that take a token; it names everything, but what is not built in has to be loaded. */
function tokenOptions(command: Command): Command {
  return printOptions(command)
    .option('--arch <file>', 'the plug-in of the token, if it is not built in', list)
    .option('--memory <model>', 'sc, tso or weak: refuse a token of another order', memory)
    .option('--patch <mail>', 'the patch that the token was made with, as for check')
    .option('--tree <dir>', 'the kernel tree that the token was made with, as for check');
}

/** A schedule is one of its memory order: in another one its steps are others. */
function checkOrder(token: TokenData, order: MemoryModelName | undefined): void {
  if (order === undefined || order === token.memory) return;
  throw usageError(
    `the schedule of the token is one of ${token.memory}, not of ${order}`,
    `racewalk explore ${token.scenario} --arch ${token.arch} --variant ${token.variant} --memory ${order} looks for one of that order`,
  );
}

/** The context that knows what a token may name. */
async function knowing(context: Context, options: ReplayOptions, token: TokenData): Promise<Context> {
  const { context: own, ids } = await withArchs(await withScenarios(context, options), options.arch ?? []);
  if (options.arch === undefined || ids.includes(token.arch)) return await withTexts(own, options, token);
  throw usageError(
    `the token is about ${token.arch}, not ${ids.join(', ')}`,
    'leave --arch out, or give the file that token was made with',
  );
}

export function replayCommand(program: Command, context: Context): void {
  const command = program
    .command('replay')
    .summary('run the schedule of a token again')
    .description('Runs the schedule of a token, or of the token in a trace file, and prints it.')
    .argument('<token|file>', 'a replay token, or a file that holds one');
  tokenOptions(command).action(async (given: string, options: ReplayOptions) => {
    const token = tokenFrom(context, given);
    checkOrder(token, options.memory);
    const from = await knowing(context, options, token);
    const trace = withOrigin(from, replayToken(token, partsOf(from, token)));
    const print = { ...from.print, all: options.all === true, sources: options.sources === true };
    deliver(context, printTrace(trace, options.format, print), options.output, readerOf(options.format));
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
  tokenOptions(command).action(async (given: string, options: ReplayOptions & { budget: number }) => {
    const token = tokenFrom(context, given);
    checkOrder(token, options.memory);
    const from = await knowing(context, options, token);
    const parts = partsOf(from, token);
    const trace = withOrigin(from, shrinkToken(token, parts, options.budget));
    const before = replayToken(token, parts).stats.steps;
    context.io.err(`${count(before, 'step')} before, ${count(trace.stats.steps, 'step')} now\n`);
    const print = { ...from.print, all: options.all === true, sources: options.sources === true };
    deliver(context, printTrace(trace, options.format, print), options.output, readerOf(options.format));
  });
}
