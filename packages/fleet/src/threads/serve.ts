/** A worker thread from inside. */
import { parentPort, workerData } from 'node:worker_threads';
import { internalError } from '@racewalk/core';
import { type Lookup, Performer } from '../crew/perform.js';
import { threadCpuMs } from './cpu.js';
import { type Reply, type Request, toPlainError } from './messages.js';

/**
 * Do what the pool asks for, until it ends this thread.
 *
 * @param open - makes the cells known, from the data that the pool was given
 */
export function serveThread(open: (data: unknown) => Promise<Lookup>): void {
  const port = parentPort;
  if (port === null) throw internalError('not in a worker thread');
  const send = (reply: Reply): void => port.postMessage(reply);
  const opening = open(workerData).then((lookup) => new Performer(lookup));
  opening.then(
    () => send({ kind: 'ready' }),
    (error: unknown) => send({ kind: 'failed', id: null, error: toPlainError(error) }),
  );
  port.on('message', async ({ id, task }: Request) => {
    try {
      const performer = await opening;
      const answer = await performer.perform(task, (progress) => send({ kind: 'progress', id, progress }));
      send({ kind: 'answer', id, answer, cpu: threadCpuMs() });
    } catch (error) {
      send({ kind: 'failed', id, error: toPlainError(error) });
    }
  });
}
