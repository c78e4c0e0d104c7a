/** `racewalk check`: the main job for the scenarios of a user's file. */
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { paramOption } from '../input/bounds.js';
import { withOnlyScenarios } from '../input/module.js';
import { type RunOptions, runMatrix, runOptions } from './conformance.js';

export function checkCommand(program: Command, context: Context): void {
  const command = program
    .command('check')
    .summary('run the race tests that a file exports')
    .description('Runs every scenario that a JavaScript (or, where Node can, TypeScript) module exports.')
    .argument('<file>', 'a module that exports what defineScenario() returns')
    .option('--test <glob>', 'tests whose id matches');
  runOptions(paramOption(command)).action(async (file: string, options: RunOptions) => {
    await runMatrix(await withOnlyScenarios(context, file), { ...options, checked: true });
  });
}
