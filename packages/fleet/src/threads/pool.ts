/** A crew of worker threads. A thread that dies takes its task with it, nothing else. */
import { Worker } from 'node:worker_threads';
import { internalError } from '@racewalk/core';
import { type Crew, type TaskProgress, WorkerLost } from '../crew/crew.js';
import { type Answer, subjectOf, type Task } from '../crew/task.js';
import { fromPlainError, type Reply, type Request } from './messages.js';

/** How a pool is made. */
export interface ThreadPoolOptions {
  /** The module that calls `serveThread`. */
  readonly entry: URL;
  /** Number of threads; they are started when there is something to do. */
  readonly size: number;
  /** What the module is given; plain data. */
  readonly data: unknown;
}

interface Errand {
  readonly task: Task;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((progress: TaskProgress) => void) | undefined;
}

/**
 * Options of Node for a thread: those of this process, but for conditions. A test runner has this process read sources
 * by one that threads could not follow.
 */
export const execArgv = (): string[] => {
  const own = process.execArgv.filter((_, i, all) => !/^(-C|--conditions)$/.test(all[i - 1] ?? ''));
  return own.filter((arg) => !/^(-C$|--conditions(=|$))/.test(arg));
};

/** One thread, and what it is doing. */
class Thread {
  readonly worker: Worker;
  readonly index: number;
  errand: Errand | null = null;
  id = 0;
  /** What its last task was about. */
  subject = '';
  cpu = 0;
  ready = false;
  how = '';

  constructor(index: number, { entry, data }: ThreadPoolOptions) {
    this.index = index;
    this.worker = new Worker(entry, {
      workerData: data,
      name: `racewalk ${index + 1}`,
      execArgv: execArgv(),
    });
  }
}

export class ThreadPool implements Crew {
  readonly lanes: number;
  readonly #options: ThreadPoolOptions;
  readonly #threads: (Thread | null)[];
  readonly #waiting: Errand[] = [];
  readonly #cpu: number[];
  #closed = false;
  #nextId = 1;

  constructor(options: ThreadPoolOptions) {
    this.#options = options;
    this.lanes = options.size;
    this.#threads = new Array<Thread | null>(options.size).fill(null);
    this.#cpu = new Array<number>(options.size).fill(0);
  }

  /** Milliseconds of processor time for each place in the pool, those of dead threads included. */
  get cpu(): readonly number[] {
    return this.#threads.map((thread, i) => (this.#cpu[i] ?? 0) + (thread?.cpu ?? 0));
  }

  run(task: Task, onProgress?: (progress: TaskProgress) => void): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new WorkerLost('the pool is closed'));
        return;
      }
      this.#waiting.push({ task, resolve, reject, onProgress });
      this.#giveOut();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    const lost = new WorkerLost('the pool is closed');
    for (const errand of this.#waiting.splice(0)) errand.reject(lost);
    await Promise.all(this.#threads.map((thread) => thread?.worker.terminate()));
  }

  #giveOut(): void {
    for (let errand = this.#waiting[0]; errand !== undefined; errand = this.#waiting[0]) {
      const thread = this.#idle(subjectOf(errand.task));
      if (thread === null) return;
      this.#waiting.shift();
      thread.errand = errand;
      thread.id = this.#nextId++;
      thread.subject = subjectOf(errand.task);
      const request: Request = { id: thread.id, task: errand.task };
      thread.worker.postMessage(request);
    }
  }

  /** An idle thread: one that knows the subject, one that runs, a new one. */
  #idle(subject: string): Thread | null {
    const idle = this.#threads.filter((thread) => thread !== null && thread.errand === null);
    const known = idle.find((thread) => thread?.subject === subject) ?? idle[0];
    if (known !== undefined) return known;
    const place = this.#threads.indexOf(null);
    return place < 0 ? null : this.#start(place);
  }

  #start(index: number): Thread {
    const thread = new Thread(index, this.#options);
    this.#threads[index] = thread;
    const { worker } = thread;
    worker.on('message', (reply: Reply) => this.#take(thread, reply));
    worker.on('error', (error: NodeJS.ErrnoException) => {
      thread.how = error.code ?? error.message;
    });
    worker.on('exit', (code) => this.#lose(thread, thread.how || `exit code ${code}`));
    return thread;
  }

  #take(thread: Thread, reply: Reply): void {
    const { errand } = thread;
    if (reply.kind === 'ready') thread.ready = true;
    if (reply.kind === 'ready' || errand === null) return;
    if (reply.kind === 'failed') {
      thread.errand = null;
      errand.reject(fromPlainError(reply.error));
      this.#giveOut();
      return;
    }
    if (reply.id !== thread.id) return;
    if (reply.kind === 'progress') {
      errand.onProgress?.(reply.progress);
      return;
    }
    thread.cpu = reply.cpu;
    thread.errand = null;
    errand.resolve(reply.answer);
    this.#giveOut();
  }

  #lose(thread: Thread, how: string): void {
    if (this.#threads[thread.index] === thread) this.#threads[thread.index] = null;
    this.#cpu[thread.index] = (this.#cpu[thread.index] ?? 0) + thread.cpu;
    const lost = thread.ready ? new WorkerLost(how) : internalError(`a worker thread did not start: ${how}`);
    thread.errand?.reject(lost);
    thread.errand = null;
    if (!this.#closed) this.#giveOut();
  }
}
