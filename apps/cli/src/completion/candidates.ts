/** What may stand next on a command line: commands, options, and the ids that an option or an argument takes. */
import { variantsOf } from '@racewalk/conformance/matrix';
import type { Command, Option } from 'commander';
import type { Context } from '../context.js';
import { wordsOf } from '../input/options.js';

/** Names of variants as people type them. */
const short = (name: string): string => name.replace(/^mutant:/, '');

/** Commands whose first argument is a race test. */
const TAKES_TEST: ReadonlySet<string> = new Set(['explore', 'explain', 'estimate']);

const ids = (context: Context): string[] => context.bench.registry.scenarios.map(({ id }) => id);

/** By their short names, or in full where the line begins so: as a report prints them. */
function variants(context: Context, words: readonly string[], begun: string): string[] {
  const { archs, scenarios } = context.bench.registry;
  const named = scenarios.filter(({ id }) => words.includes(id));
  const of = (named.length > 0 ? named : scenarios).flatMap((one) => variantsOf(one, archs));
  return [...new Set(of.map(({ name }) => (begun.startsWith('mutant:') ? name : short(name))))];
}

/** What an option takes; nothing where a file or a number is meant. */
function valuesOf(context: Context, option: Option, words: readonly string[], begun: string): string[] {
  switch (option.long) {
    case '--arch': {
      // A list, of which the last is begun.
      const before = begun.slice(0, begun.lastIndexOf(',') + 1);
      return context.bench.registry.archs.map(({ id }) => before + id);
    }
    case '--test':
      return ids(context);
    case '--variant':
      return variants(context, words, begun);
    default:
      return [...(option.argChoices ?? wordsOf(option.parseArg))];
  }
}

/** The command that the words name, and how many of them it took. */
function commandOf(program: Command, words: readonly string[]): Command {
  let command = program;
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (next === undefined) continue;
    command = next;
  }
  return command;
}

const visible = (command: Command): string[] =>
  command
    .createHelp()
    .visibleCommands(command)
    .map((one) => one.name());

/**
 * Candidates for the last word.
 *
 * @param words - the line behind `racewalk`; the last one is begun, and may be empty
 */
export function candidates(program: Command, context: Context, words: readonly string[]): string[] {
  const before = words.slice(0, -1);
  const begun = words.at(-1) ?? '';
  const command = commandOf(program, before);
  const options = [...command.options, ...program.options];
  const last = options.find((one) => one.long === before.at(-1) || one.short === before.at(-1));
  const takes = last !== undefined && (last.required || last.optional);
  const all = takes
    ? valuesOf(context, last, before, begun)
    : begun.startsWith('-')
      ? [...options.map(({ long }) => long ?? ''), '--help']
      : command.commands.length > 0
        ? visible(command)
        : TAKES_TEST.has(command.name())
          ? ids(context)
          : (command.registeredArguments[0]?.argChoices ?? []);
  return all.filter((one) => one !== '' && one.startsWith(begun));
}
