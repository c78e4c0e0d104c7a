/** `racewalk completion`: what a shell loads; `racewalk complete`, which it then asks, is not in the help. */
import { Argument, type Command } from 'commander';
import { candidates } from '../completion/candidates.js';
import { SCRIPTS, SHELLS, type Shell } from '../completion/scripts.js';
import type { Context } from '../context.js';

export function completionCommand(program: Command, context: Context): void {
  program
    .command('completion')
    .summary('commands, options and ids completed by your shell')
    .description(
      'Prints a script that makes a shell complete commands, options, races, architectures and variants.',
    )
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action((shell: Shell) => context.raw(SCRIPTS[shell]));
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .action((words: readonly string[]) => {
      for (const one of candidates(program, context, words)) context.raw(`${one}\n`);
    });
}
