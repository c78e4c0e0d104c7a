/**
 * Runs a command in a thread of its own and watches it: code of a user's file may end the process, never come to its
 * next step, or wait for ever. Then the command ends with a message and an exit code, and Ctrl-C works at any moment.
 */
import { Worker } from 'node:worker_threads';
import { RacewalkError } from '@racewalk/core';
import { execArgv } from '@racewalk/fleet';
import { RACE } from '../error-codes.js';
import { printError } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import type { Io } from '../io.js';
import { Beat, type FromThread, type ThreadStart } from './beat.js';

/** Milliseconds for one step of the author's code, and for loading a file; a step takes microseconds. */
const STEP_MS = 10_000;
const LOOK_EVERY = 200;
/** Milliseconds that an interrupted command has to print what it knows. */
const GRACE = 3_000;
/** What a thread ends with whose top-level `await` never settles. */
const UNSETTLED = 13;

/** Whether a command runs code of the user's files. */
export function runsUserCode(argv: readonly string[]): boolean {
  return argv[0] === 'check' || argv.some((arg) => /^--scenarios(=|$)|\.(?:c|[cm]?[jt]s)$/.test(arg));
}

/** Run `argv` in a thread; returns the exit code. `entry` is the module that the thread runs. */
export async function supervise(
  argv: readonly string[],
  io: Io,
  entry: URL,
  stepMs = STEP_MS,
): Promise<number> {
  const beat = new Beat();
  const { out: _, err: __, signal, thread, ...world } = io;
  const start: ThreadStart = {
    argv,
    world: { ...world, env: { ...io.env } },
    thread: thread?.href,
    beat: beat.memory,
  };
  const worker = new Worker(entry, { workerData: start, execArgv: execArgv() });
  let code: number | null = null;
  let failure: RacewalkError | null = null;
  let stuck = { count: -1, since: 0 };
  let aborted = 0;
  worker.on('message', (message: FromThread) => {
    if (message.kind === 'out') io.out(message.text);
    else if (message.kind === 'err') io.err(message.text);
    else if (message.kind === 'exit') code = message.code;
  });
  worker.on('error', (error) => {
    failure ??= new RacewalkError(
      'RACEWALK_BODY_ENDED',
      `the code of the file ended the run: ${error.message}`,
      { hint: RACE.codes.RACEWALK_BODY_ENDED.todo },
    );
  });
  const look = setInterval(() => {
    const now = performance.now();
    if (signal.aborted) {
      beat.abort();
      aborted ||= now;
      if (now - aborted > GRACE) {
        failure ??= new RacewalkError(
          'RACEWALK_INTERRUPTED',
          `interrupted${beat.inside ? ` in ${beat.where}` : ''}`,
          { hint: 'run the same command again' },
        );
        void worker.terminate();
      }
    }
    const { count } = beat;
    if (!beat.inside || count !== stuck.count) stuck = { count, since: now };
    else if (now - stuck.since > stepMs) {
      const seconds = Math.round(stepMs / 1000);
      failure ??= new RacewalkError(
        'RACEWALK_STEP_TIME',
        `${beat.where} did not come to its next step in ${seconds} s`,
        { hint: RACE.codes.RACEWALK_STEP_TIME.todo },
      );
      void worker.terminate();
    }
  }, LOOK_EVERY);
  const exit = await new Promise<number>((resolve) => worker.on('exit', resolve));
  clearInterval(look);
  if (code !== null) return code;
  const where = beat.inside ? beat.where : 'code of the file';
  const how =
    exit === UNSETTLED
      ? 'waits for ever: an await never settles'
      : `ended the process with exit code ${exit}`;
  const error =
    failure ??
    new RacewalkError('RACEWALK_BODY_ENDED', `${where} ${how}`, {
      hint: RACE.codes.RACEWALK_BODY_ENDED.todo,
    });
  printError(error, io);
  return error.code === 'RACEWALK_INTERRUPTED' ? EXIT.INTERRUPTED : EXIT.UNEXPECTED;
}
