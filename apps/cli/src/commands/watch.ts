/** `check --watch`: again whenever the file changes, until it is interrupted. */
import { statSync } from 'node:fs';
import type { Context } from '../context.js';
import { printError } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { locate } from '../input/files.js';

/** Milliseconds between two looks at the files. */
const LOOK_EVERY = 200;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What changes when a file is written: its time and its size; '' while there is none. */
function stamp(context: Context, files: readonly string[]): string {
  return files
    .map((file) => statSync(locate(context, file), { throwIfNoEntry: false }))
    .map((found) => (found === undefined ? '' : `${found.mtimeMs} ${found.size} ${found.ino}`))
    .join();
}

/**
 * Run, and run again whenever one of the files has changed. An error of the file is printed and waits for the next
 * change. Ends when the user interrupts, with the exit code of the last run.
 *
 * @param run - one run; it is given its number, from 0
 */
export async function watch(
  context: Context,
  files: readonly string[],
  run: (round: number) => Promise<void>,
): Promise<void> {
  const { io, status } = context;
  for (let round = 0; !io.signal.aborted; round++) {
    const before = stamp(context, files);
    if (io.outIsTty && round > 0) io.out('\u001b[2J\u001b[H');
    status.exit = EXIT.OK;
    try {
      await run(round);
    } catch (error) {
      status.exit = printError(error, io);
    }
    if (io.signal.aborted) return;
    io.err(`waiting for ${files.join(', ')} to change; Ctrl-C ends\n`);
    while (!io.signal.aborted && stamp(context, files) === before) await pause(LOOK_EVERY);
  }
}
