/** An option that takes one value and is given twice is an error: of two values one would be forgotten in silence. */
import type { Command, Option } from 'commander';
import { usageError } from '../errors.js';
import { globs, list } from './options.js';

/** Parsers of options that may be given several times. */
const COLLECT: ReadonlySet<unknown> = new Set([list, globs]);

const single = (option: Option): boolean =>
  (option.required || option.optional) && !option.variadic && !COLLECT.has(option.parseArg);

/** Refuses, in this command and all below it, what {@link single} options are given beyond the first time. */
export function onceEach(command: Command): void {
  for (const option of command.options.filter(single)) {
    let given = false;
    command.on(`option:${option.name()}`, () => {
      if (given)
        throw usageError(`${option.long ?? option.flags} is given twice`, 'it takes one value: give it once');
      given = true;
    });
  }
  for (const below of command.commands) onceEach(below);
}

/** The command that says how the one of this line is used: `racewalk queue explore --help`. */
export function helpOf(program: Command, argv: readonly string[]): string {
  const names = [program.name()];
  let at: Command | undefined = program;
  for (const word of argv) {
    const next: Command | undefined = at.commands.find((one) => one.name() === word);
    if (next === undefined) break;
    names.push(word);
    at = next;
  }
  return names.length === 1 ? 'racewalk help' : `${names.join(' ')} --help`;
}
