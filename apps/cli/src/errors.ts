/**
 * Every error a user can cause becomes one line with a stable code and one with a hint.
 */
import { type ErrorCode, RacewalkError } from '@racewalk/core';
import { CommanderError } from 'commander';
import { EXIT } from './exit-codes.js';
import { frameOf } from './input/code-frame.js';
import type { Io } from './io.js';

/** An error as it is printed. */
export interface PrintedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly exit: number;
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, ' ').trim();

function fromCommander(error: CommanderError, help: string): PrintedError {
  if (error.code === 'commander.help') {
    return {
      code: 'RACEWALK_USAGE',
      message: 'a command is missing',
      hint: `see: ${help}`,
      exit: EXIT.USAGE,
    };
  }
  const [first = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const guess = /Did you mean (.*)\?/.exec(rest.join(' '))?.[1];
  const hint = guess === undefined ? `see: ${help}` : `did you mean ${guess.replace(/^one of /, '')}?`;
  return { code: 'RACEWALK_USAGE', message: oneLine(first), hint, exit: EXIT.USAGE };
}

/** Characters of an expectation that is printed with the message. */
const LONGEST = 80;

function exitOf(code: ErrorCode): number {
  if (code === 'RACEWALK_INTERNAL') return EXIT.INTERNAL;
  return code === 'RACEWALK_INTERRUPTED' ? EXIT.INTERRUPTED : EXIT.USAGE;
}

/** How an error is printed and what the process ends with; `help` is the command that says how the one at hand is used. */
export function describeError(error: unknown, help = 'racewalk help'): PrintedError {
  if (error instanceof CommanderError) return fromCommander(error, help);
  if (error instanceof RacewalkError) {
    const { code, message, expected, hint } = error;
    // What was expected belongs to the message where the hint says something else, and is not a catalogue.
    const also = expected !== undefined && expected.length <= LONGEST && hint?.includes(expected) === false;
    const text = also ? `${message}; expected ${expected}` : message;
    return { code, message: oneLine(text), hint: error.advice || undefined, exit: exitOf(code) };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    code: 'RACEWALK_INTERNAL',
    message: `internal error: ${message}`,
    hint: 'this is a fault of Racewalk, not of your protocol; please report it with the command you ran',
    exit: EXIT.INTERNAL,
  };
}

/** Print an error; returns the exit code. */
export function printError(error: unknown, io: Pick<Io, 'err'>, help?: string): number {
  const { code, message, hint, exit } = describeError(error, help);
  io.err(`error ${code}: ${message}\n`);
  if (hint !== undefined) io.err(`hint: ${hint}\n`);
  for (const line of frameOf(error)) io.err(`${line}\n`);
  return exit;
}

/** Wrong use of the command line. */
export function usageError(message: string, hint?: string): RacewalkError {
  return new RacewalkError('RACEWALK_USAGE', message, hint === undefined ? {} : { hint });
}

/** An option that this version does not have the means for. */
export function unsupported(message: string, hint: string): RacewalkError {
  return new RacewalkError('RACEWALK_UNSUPPORTED', message, { hint });
}
