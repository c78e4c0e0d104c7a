/** The process: streams, Ctrl-C, exit code. */
import { RacewalkError } from '@racewalk/core';
import { printError } from './errors.js';
import { EXIT } from './exit-codes.js';
import { processIo } from './io.js';
import { runsUserCode, supervise } from './scale/supervise.js';

const signal = { aborted: false };
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // The first asks the run to stop at its next pause and report; the second does not wait for that.
    if (signal.aborted) process.exit(EXIT.INTERRUPTED);
    signal.aborted = true;
  });
}
// A reader that closes the pipe early (`| head`) is no error, and the exit code is that of the run.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`error RACEWALK_FILE: cannot write to standard output: ${error.message}\n`);
  process.exit(EXIT.USAGE);
});

const io = processIo(signal, new URL('./thread.js', import.meta.url));
/** In a thread of its own if it runs code of the user's; otherwise here. */
const run = async (argv: readonly string[], main: typeof import('./cli.js').main): Promise<number> => {
  if (!runsUserCode(argv)) return main(argv, io);
  return supervise(argv, io, new URL('./supervised.js', import.meta.url));
};
/** A plug-in of this repository that is refused is refused while its module loads. */
const command = await import('./cli.js').catch((error: unknown) => {
  if (!(error instanceof RacewalkError)) throw error;
  process.exitCode = printError(error, io);
  return null;
});
if (command !== null) process.exitCode = await run(process.argv.slice(2), command.main);
// After an interrupt, do not wait for pending connections.
if (signal.aborted) setTimeout(() => process.exit(), 200).unref();
