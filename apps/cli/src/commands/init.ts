/** `racewalk init`: a first race in a file, which runs at once. */
import { existsSync } from 'node:fs';
import { RacewalkError } from '@racewalk/core';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { usageError } from '../errors.js';
import { firstRace, type Language } from '../init/templates.js';
import { checkWritable, locate, writeText } from '../input/files.js';
import { runsTypeScript } from '../input/typescript.js';

const LANGUAGES: readonly Language[] = ['c', 'ts', 'js'];

export function initCommand(program: Command, context: Context): void {
  program
    .command('init')
    .summary('a first race in a file, which runs at once')
    .description('Writes a race with one mutant to a file of this directory. racewalk check runs it.')
    .argument('<name>', 'name of the race: lower case, digits and dashes')
    .option('--c', 'in kernel C: NAME.c; the default')
    .option('--ts', 'in TypeScript: NAME.ts')
    .option('--js', 'in JavaScript: NAME.mjs')
    .action((name: string, options: Partial<Record<Language, boolean>>) => {
      if (!/^[a-z][a-z0-9-]*$/.test(name))
        throw usageError(
          `${JSON.stringify(name)} is no name for a race`,
          'lower case, digits and dashes: my-race',
        );
      const [language = 'c', other] = LANGUAGES.filter((known) => options[known] === true);
      if (other !== undefined) throw usageError(`--${language} and --${other}`, 'give one of them');
      const { file, text } = firstRace(name, language);
      if (existsSync(locate(context, file)))
        throw new RacewalkError('RACEWALK_FILE', `${file} exists already`, {
          hint: 'give another name, or remove the file',
        });
      checkWritable(context, file);
      writeText(context, file, text);
      context.io.out(`written to ${file}\n`);
      if (language === 'ts' && !runsTypeScript(locate(context, file)))
        context.io.out('needed here: npm install --save-dev typescript, or Node 22.18 or newer\n');
      context.io.out(`run it:      racewalk check ${file}\n`);
      const explain = language === 'c' ? file : `mine/${name} --scenarios ${file} --arch x86-64`;
      context.io.out(`see it break: racewalk explain ${explain} --variant read-then-clear\n`);
    });
}
