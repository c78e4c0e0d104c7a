/** `racewalk check`: the main job for the scenarios of a user's file. */
import type { ConformanceReport } from '@racewalk/conformance/matrix';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { usageError } from '../errors.js';
import { paramOption } from '../input/bounds.js';
import { type COptions, cOptions, isC, raceOptions, refuseUnrunnable, withRace } from '../input/c.js';
import { withOnlyScenarios } from '../input/module.js';
import { globs } from '../input/options.js';
import { checkPatch } from './check-patch.js';
import { type RunOptions, runMatrix, runOptions, TESTS } from './conformance.js';
import { watch } from './watch.js';

/** Options of `check`. */
interface CheckOptions extends RunOptions, COptions {
  readonly patch?: string;
  readonly tree?: string;
  readonly watch?: boolean;
}

export function checkCommand(program: Command, context: Context): void {
  const command = program
    .command('check')
    .summary('run the race tests that a file exports, a race in C, or a patch')
    .description(
      'Runs every scenario that a JavaScript (or, where Node can, TypeScript) module exports, or a race in kernel C, or a patch of the kernel in all races that call what it changes.',
    )
    .argument('[file]', 'a module that exports what defineScenario() returns, or a race: FILE.c, FILE.litmus')
    .option('--patch <mail>', 'a patch out of a mail: the races that run it, before and after')
    .option('--tree <dir>', 'a kernel tree: the one that the patch is for, or its functions in place of ours')
    .option('--test <glob>', TESTS, globs);
  command.option('--watch', 'again whenever the file changes, until Ctrl-C');
  runOptions(paramOption(cOptions(command))).action(
    async (file: string | undefined, options: CheckOptions) => {
      const watched = [file, options.patch].flatMap((name) => name ?? []);
      if (options.watch !== true) await checkOnce(context, file, options);
      else if (watched.length === 0)
        throw usageError('--watch needs a file or a patch', 'racewalk check FILE --watch');
      else await watch(context, watched, (round) => checkOnce({ ...context, round }, file, options));
    },
  );
}

async function checkOnce(context: Context, file: string | undefined, options: CheckOptions): Promise<void> {
  const { patch, tree } = options;
  if (patch !== undefined || (tree !== undefined && file === undefined)) {
    if (file !== undefined)
      throw usageError('give a file or --patch, not both', 'racewalk check --patch MAIL');
    await checkPatch(context, options);
    return;
  }
  if (file === undefined)
    throw usageError('a file is missing', 'racewalk check FILE, or racewalk check --patch MAIL');
  if (isC(file)) {
    // A race in C is small: threads would take longer to start.
    const race = await withRace(context, file, raceOptions(options));
    const refuse = (report: ConformanceReport): void => refuseUnrunnable(file, race.print.text ?? '', report);
    await runMatrix(race, { ...options, workers: 1 }, { refuse });
    return;
  }
  await runMatrix(await withOnlyScenarios(context, file), { ...options, checked: true });
}
