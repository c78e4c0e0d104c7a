/**
 * The `racewalk` command as a function, so that tests can call it.
 */
import { VERSION } from '@racewalk/conformance/matrix';
import type { Parts } from '@racewalk/wiring';
import { Command, CommanderError } from 'commander';
import { CATALOGUE } from './catalogue.js';
import { cCommand } from './commands/c.js';
import { checkCommand } from './commands/check.js';
import { completionCommand } from './commands/completion.js';
import { conformanceCommand } from './commands/conformance.js';
import { estimateCommand } from './commands/estimate.js';
import { explainCommand } from './commands/explain.js';
import { exploreCommand } from './commands/explore.js';
import { findingsCommand } from './commands/findings.js';
import { initCommand } from './commands/init.js';
import { lawsCommand } from './commands/laws.js';
import { listCommand } from './commands/list.js';
import { litmusCommand } from './commands/litmus.js';
import { mergeCommand } from './commands/merge.js';
import { pteCommand } from './commands/pte.js';
import { queueCommand, workerCommand } from './commands/queue.js';
import { replayCommand, shrinkCommand } from './commands/replay.js';
import { serveCommand } from './commands/serve.js';
import { type Context, createContext } from './context.js';
import { printError } from './errors.js';
import { addExamples } from './examples.js';
import { helpOf, onceEach } from './input/once.js';
import type { Io } from './io.js';

const EXIT_HELP = `
Exit codes: 0 as expected, 1 something is not, 2 usage or input error, 3 bounded, 4 internal error, 130 interrupted.
`;

function build(context: Context): Command {
  const program = new Command('racewalk')
    .description('Explores every interleaving of page-table code, on every architecture.')
    .version(VERSION)
    .option('--ascii', 'print no sign that is not ASCII; the default on a terminal of the locale C')
    .hook('preAction', (command) => {
      if (command.opts<{ ascii?: boolean }>().ascii === true) context.charset.ascii = true;
    })
    .addHelpText('after', EXIT_HELP)
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureOutput({ writeOut: context.io.out, writeErr: () => undefined });
  for (const add of [
    conformanceCommand,
    exploreCommand,
    explainCommand,
    replayCommand,
    shrinkCommand,
    lawsCommand,
    findingsCommand,
    listCommand,
    estimateCommand,
    pteCommand,
    mergeCommand,
    checkCommand,
    initCommand,
    cCommand,
    litmusCommand,
    serveCommand,
    completionCommand,
    queueCommand,
    workerCommand,
  ]) {
    add(program, context);
  }
  addExamples(program);
  onceEach(program);
  return program;
}

/** Help and version are not errors, though commander reports them as such. */
const isHelp = (error: unknown): boolean =>
  error instanceof CommanderError && error.exitCode === 0 && /help|version/i.test(error.code);

/**
 * Run the command.
 *
 * @param argv - arguments behind the name of the command
 * @param parts - plug-ins and scenarios; default: all of this repository
 * @returns the exit code
 */
export async function main(argv: readonly string[], io: Io, parts: Parts = CATALOGUE): Promise<number> {
  let help = 'racewalk help';
  try {
    const { thread: _, ...withoutThreads } = io;
    // Threads know the catalogue and nothing else.
    const context = createContext(parts === CATALOGUE ? io : withoutThreads, parts);
    const program = build(context);
    help = helpOf(program, argv);
    if (argv.length === 0) {
      io.out(program.helpInformation());
      return context.status.exit;
    }
    await program.parseAsync([...argv], { from: 'user' });
    return context.status.exit;
  } catch (error) {
    if (isHelp(error)) return 0;
    return printError(error, io, help);
  }
}
