/** The thread in which a command runs that loads files of the user's. */
import { parentPort, workerData } from 'node:worker_threads';
import { internalError } from '@racewalk/core';
import { superviseAuthors } from '@racewalk/explorer';
import { main } from './cli.js';
import { Beat, type FromThread, type ThreadStart } from './scale/beat.js';

const { argv, world, thread, beat: memory } = workerData as ThreadStart;
const port = parentPort;
if (port === null) throw internalError('not in a worker thread');
const say = (message: FromThread): void => port.postMessage(message);
const beat = new Beat(memory);
superviseAuthors(beat);
const code = await main(argv, {
  ...world,
  out: (text) => say({ kind: 'out', text }),
  err: (text) => say({ kind: 'err', text }),
  signal: beat,
  ...(thread === undefined ? {} : { thread: new URL(thread) }),
});
say({ kind: 'exit', code });
