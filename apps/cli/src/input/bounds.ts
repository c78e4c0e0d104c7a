/** The bounds of a search: counts by default, so that a verdict does not depend on the machine; time if it is asked for. */
import type { Params } from '@racewalk/machine';
import { type Command, Option } from 'commander';
import { usageError } from '../errors.js';
import { grouped, time } from '../render/numbers.js';
import { duration, wholeNumber } from './options.js';

/** Executions of one size if the user does not say: thirty times the largest cell of this repository. */
export const MOST_EXECUTIONS = 1_000_000;

/** The same for one cell that is explored by itself. */
export const MOST_EXPLORED = 10_000_000;

/** Bounds as options give them. */
export interface BoundOptions {
  readonly executions?: number;
  readonly budget?: number;
}

/** The bound on executions that is meant: who gives a time and no number wants no other bound. */
export function executionsOf({ executions, budget }: BoundOptions, most: number): { executions?: number } {
  if (executions !== undefined) return { executions };
  return budget === undefined ? { executions: most } : {};
}

/** `--executions`, whose default is applied where the strategy is known. */
export function executionsOption(otherwise: number): Option {
  const what = `at most n executions for each size; default ${grouped(otherwise)}, none with --budget`;
  return new Option('--executions <n>', what).argParser(wholeNumber('--executions', 1));
}

/** `--budget`; without a default it is a second bound that nobody has to give. */
export function budgetOption(what: string, ms?: number): Option {
  const option = new Option('--budget <time>', `${what}, for instance 60s`).argParser(duration);
  return ms === undefined ? option : option.default(ms, time(ms));
}

/** Adds `--param NAME=N`, which may be given several times. */
export function paramOption(command: Command): Command {
  return command.option('--param <name=value>', 'a parameter of the race, for instance block=16', param);
}

/** A whole number, yes or no, or a word. */
function parameterOf(text: string): Params[string] {
  if (/^-?\d+$/.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

function param(text: string, earlier: Params = {}): Params {
  const parameters: Record<string, Params[string]> = { ...earlier };
  for (const part of text.split(',')) {
    const match = /^\s*([A-Za-z]\w*)\s*=\s*(-?\w[\w-]*)\s*$/.exec(part);
    const [, name = '', value = ''] = match ?? [];
    if (match === null) {
      throw usageError(`not a parameter: ${JSON.stringify(text)}`, 'name=value, for instance block=16');
    }
    parameters[name] = parameterOf(value);
  }
  return parameters;
}
