/** The other end of the queue: takes tasks and has a crew of its own do them. */
import { Worker } from 'bullmq';
import { type Crew, type TaskProgress, WorkerLost } from '../crew/crew.js';
import type { QueuedReply, QueuedTask } from '../crew/task.js';
import { toPlainError } from '../threads/messages.js';
import { connect, once, within } from './redis.js';
import { masked, type Server } from './url.js';
import { QUEUE, taskIn } from './wire.js';

/** How tasks are taken. */
export interface QueueWorkerOptions extends Server {
  /** Prefix of all keys. */
  readonly name: string;
  /** Who does the tasks; as many at once as it has lanes. */
  readonly crew: Crew;
  /** Milliseconds after which a task is given to another worker if this one does not answer; default 15 000. */
  readonly stalledAfter?: number;
  /** Told what goes wrong with the connection. */
  readonly onNote?: (message: string) => void;
}

/** A worker at work. */
export interface QueueWorker {
  /** Tasks done so far. */
  readonly done: number;
  /** Milliseconds since there was something to do. */
  readonly idle: number;
  /** Finish what is begun, if that takes no longer than ten seconds, and go. */
  close(): Promise<void>;
}

/** Milliseconds between two reports about one task. */
const REPORT_EVERY = 500;
/** Milliseconds that tasks are waited for at the end; the queue gives what is not done then to others. */
const LEAVE = 10_000;

/** Take tasks until {@link QueueWorker.close}; throws RacewalkError `E_REDIS`. */
export async function startQueueWorker(options: QueueWorkerOptions): Promise<QueueWorker> {
  const { name, crew, stalledAfter = 15_000 } = options;
  let leaving = false;
  const onNote = once((message) => {
    if (!leaving) options.onNote?.(masked(message));
  });
  const line = await connect(options, onNote);
  let done = 0;
  let active = 0;
  let rested = performance.now();
  const worker = new Worker<QueuedTask, QueuedReply>(
    QUEUE,
    async (job) => {
      active++;
      let reported = performance.now();
      const reply = await replyTo(crew, job.data, (progress) => {
        const now = performance.now();
        if (now - reported < REPORT_EVERY) return;
        reported = now;
        void job.updateProgress({ ...progress }).catch(() => undefined);
      });
      active--;
      done++;
      rested = performance.now();
      return reply;
    },
    {
      connection: line.redis,
      prefix: name,
      concurrency: crew.lanes,
      lockDuration: Math.round(stalledAfter),
      stalledInterval: Math.max(500, Math.round(stalledAfter / 3)),
      // Who dies twice of the same task is reported.
      maxStalledCount: 1,
    },
  );
  worker.on('error', (error) => onNote(error.message));
  await worker.waitUntilReady();
  return {
    get done() {
      return done;
    },
    get idle() {
      return active > 0 ? 0 : performance.now() - rested;
    },
    async close() {
      await worker.pause(true);
      const end = performance.now() + LEAVE;
      while (active > 0 && line.reachable && performance.now() < end) await pause();
      leaving = true;
      const abrupt = active > 0 || !line.reachable;
      await within(abrupt ? 0 : LEAVE, worker.close(abrupt));
      line.cut();
    },
  };
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

async function replyTo(
  crew: Crew,
  data: unknown,
  onProgress: (progress: TaskProgress) => void,
): Promise<QueuedReply> {
  let where: string | undefined;
  try {
    const answer = await crew.run(taskIn(data), (progress) => {
      where = progress.where ?? where;
      onProgress(progress);
    });
    return { kind: 'answer', answer };
  } catch (error) {
    if (!(error instanceof WorkerLost)) return { kind: 'refused', error: toPlainError(error) };
    return { kind: 'lost', how: error.how, ...(where === undefined ? {} : { where }) };
  }
}
