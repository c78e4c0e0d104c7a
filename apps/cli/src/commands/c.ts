/** `racewalk c`: what of the kernel's C is known, and what a text amounts to. */
import { globMatcher } from '@racewalk/conformance/matrix';
import { nearest, RacewalkError } from '@racewalk/core';
import { type KnownName, knownNames, loadC, showTypeScript } from '@racewalk/kernel-c';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { type COptions, cOptions, raceOptions } from '../input/c.js';
import { deliver, readText } from '../input/files.js';
import { count, wrap } from '../render/numbers.js';

/** `ptep_get(ptep) → pte`, with the floor behind it. */
function lines({ name, floor, args, result, says }: KnownName, width: number): string[] {
  const call = floor === 'constant' ? name : `${name}(${args ?? '…'})`;
  const gives = result === 'void' || floor === 'constant' ? '' : ` → ${result}`;
  return [`${call}${gives}`, ...wrap(`${floor}: ${says}`, width - 4).map((line) => `    ${line}`)];
}

function named(glob: string | undefined): KnownName[] {
  const all = knownNames();
  if (glob === undefined) return all;
  const matches = globMatcher(glob);
  const found = all.filter(({ name }) => matches(name));
  if (found.length > 0) return found;
  const near = nearest(
    glob,
    all.map(({ name }) => name),
  );
  throw new RacewalkError('RACEWALK_C', `no name that is known matches ${glob}`, {
    hint:
      near === null
        ? 'all of them: racewalk c names; a race may give a body itself: stub NAME { … }'
        : `did you mean ${near}? A race may give a body itself: stub ${glob} { … }`,
  });
}

export function cCommand(program: Command, context: Context): void {
  const c = program
    .command('c')
    .summary('names of the kernel that C may use, and the TypeScript that a text amounts to')
    .description('What of the kernel’s C is understood: docs/kernel-c.md.');
  c.command('names')
    .description(
      'Prints names that C may use: arguments, result, what answers, and which have no effect and why.',
    )
    .argument('[glob]', 'only names that match, for instance "ptep_*"')
    .option('--json', 'as JSON')
    .action((glob: string | undefined, { json }: { json?: boolean }) => {
      const found = named(glob);
      if (json === true) {
        context.raw(`${JSON.stringify(found, null, 1)}\n`);
        return;
      }
      context.io.out(`${found.flatMap((name) => lines(name, context.width)).join('\n')}\n`);
      context.io.err(`${count(found.length, 'name')}\n`);
    });
  cOptions(
    c
      .command('lower')
      .description('Prints a race in C, or functions, as the TypeScript they amount to.')
      .argument('<file>', 'a race or functions in C')
      .option('--output <file>', 'write to a file'),
  ).action(async (file: string, options: COptions & { output?: string }) => {
    const text = readText(context, file);
    await loadC();
    deliver(context, showTypeScript(text, file, raceOptions(options)), options.output, 'programs');
  });
}
