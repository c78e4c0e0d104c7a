/** The process: streams, Ctrl-C, exit code. */
import { main } from './cli.js';
import { EXIT } from './exit-codes.js';
import { processIo } from './io.js';

const signal = { aborted: false };
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // The first asks the run to stop at its next pause and report; the second does not wait for that.
    if (signal.aborted) process.exit(EXIT.INTERRUPTED);
    signal.aborted = true;
  });
}
// A reader that closes the pipe early (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.OK);
  throw error;
});

process.exitCode = await main(
  process.argv.slice(2),
  processIo(signal, new URL('./thread.js', import.meta.url)),
);
