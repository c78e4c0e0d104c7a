/** A crew on other machines, which is reached by a queue. */
import { randomUUID } from 'node:crypto';
import { RacewalkError } from '@racewalk/core';
import { Queue, QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { type Crew, type TaskProgress, WorkerLost } from '../crew/crew.js';
import type { Answer, Task } from '../crew/task.js';
import { fromPlainError } from '../threads/messages.js';
import { connect, type Line, once, within } from './redis.js';
import type { Server } from './url.js';
import { QUEUE, replyIn, toRequest } from './wire.js';

/** How a crew is reached. */
export interface QueueCrewOptions extends Server {
  /** Prefix of all keys; workers must be given the same. One producer at a time. */
  readonly name: string;
  /** Tasks given out at once; about twice the number of workers. */
  readonly ahead: number;
  /** Told what goes wrong with the connection, and about the workers there are. */
  readonly onNote?: (message: string) => void;
}

/** Milliseconds for which a producer that has died keeps others away. */
const HOLD = 6_000;
/** Milliseconds after which an answer is looked for that may have been missed. */
const OVERDUE = 5_000;
/** Seconds that what is left in the queue stays there. */
const KEEP = 600;
/** Milliseconds given to cleaning up. */
const LEAVE = 3_000;

interface Waiting {
  readonly task: Task;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((progress: TaskProgress) => void) | undefined;
  since: number;
}

export class QueueCrew implements Crew {
  readonly lanes: number;
  readonly #line: Line;
  readonly #redis: Redis;
  readonly #queue: Queue;
  readonly #events: QueueEvents;
  readonly #name: string;
  readonly #key: string;
  readonly #run = randomUUID().slice(0, 8);
  readonly #waiting = new Map<string, Waiting>();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #note: (message: string) => void;
  #next = 0;
  #workers = -1;
  #closed = false;
  #replaced = false;

  private constructor(line: Line, { name, ahead, onNote }: QueueCrewOptions) {
    this.lanes = ahead;
    const { redis } = line;
    this.#line = line;
    this.#redis = redis;
    this.#name = name;
    this.#key = `${name}:racewalk-producer`;
    this.#note = onNote ?? (() => undefined);
    this.#queue = new Queue(QUEUE, { connection: redis, prefix: name });
    // From the beginning: the stream is empty, and nothing that comes later may be missed.
    this.#events = new QueueEvents(QUEUE, {
      connection: redis,
      prefix: name,
      lastEventId: '0-0',
      autorun: false,
    });
    this.#queue.on('error', () => undefined);
    this.#events.on('error', () => undefined);
  }

  /**
   * Connect, and clear away what a producer left that died.
   *
   * @throws RacewalkError `E_REDIS`; `E_BUSY` if there is another producer of this name
   */
  static async open(options: QueueCrewOptions): Promise<QueueCrew> {
    const note = once(options.onNote ?? (() => undefined));
    const crew = new QueueCrew(await connect(options, note), options);
    try {
      await crew.#begin();
      return crew;
    } catch (error) {
      await crew.#leave();
      throw error;
    }
  }

  async #begin(): Promise<void> {
    const until = performance.now() + HOLD + 2_000;
    while ((await this.#redis.set(this.#key, this.#run, 'PX', HOLD, 'NX')) === null) {
      if (performance.now() > until) throw this.#busy();
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    await this.#queue.obliterate({ force: true });
    void this.#listen();
    this.#every(HOLD / 4, () => this.#hold());
    this.#every(OVERDUE / 2, () => this.#lookAfter());
    this.#every(2_000, () => this.#count());
  }

  #busy(): RacewalkError {
    return new RacewalkError('E_BUSY', `another producer uses the queue ${this.#name}`, {
      hint: 'wait for it, or choose another --name, for the workers as well',
    });
  }

  async #listen(): Promise<void> {
    this.#events.on('completed', ({ jobId, returnvalue }) => this.#answered(jobId, returnvalue));
    this.#events.on('failed', ({ jobId, failedReason }) => this.#lost(jobId, failedReason));
    this.#events.on('progress', ({ jobId, data }) => {
      if (typeof data === 'object') this.#waiting.get(jobId)?.onProgress?.(data as unknown as TaskProgress);
    });
    await this.#events.run().catch((error: unknown) => {
      if (!this.#closed) this.#note(error instanceof Error ? error.message : String(error));
    });
  }

  run(task: Task, onProgress?: (progress: TaskProgress) => void): Promise<Answer> {
    if (this.#closed) return Promise.reject(new WorkerLost('the queue is closed'));
    if (this.#replaced) return Promise.reject(this.#busy());
    const id = `${this.#run}-${this.#next++}`;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { task, resolve, reject, onProgress, since: performance.now() });
      this.#add(id, task).catch((error: Error) => {
        this.#waiting.delete(id);
        reject(error);
      });
    });
  }

  async #add(id: string, task: Task): Promise<void> {
    const options = { jobId: id, removeOnComplete: { age: KEEP }, removeOnFail: { age: KEEP } };
    await this.#queue.add(task.kind, toRequest(task), options);
  }

  /** If two workers answer one task, the first answer counts. */
  #take(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #answered(id: string, value: unknown): void {
    const waiting = this.#take(id);
    if (waiting === undefined) return;
    void this.#queue.remove(id).catch(() => undefined);
    try {
      const reply = replyIn(typeof value === 'string' ? JSON.parse(value) : value);
      if (reply.kind === 'answer') waiting.resolve(reply.answer);
      else if (reply.kind === 'refused') waiting.reject(fromPlainError(reply.error));
      else {
        if (reply.where !== undefined) waiting.onProgress?.({ executions: 0, where: reply.where });
        waiting.reject(new WorkerLost(reply.how));
      }
    } catch (error) {
      waiting.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #lost(id: string, why: string): void {
    this.#take(id)?.reject(new WorkerLost(why));
  }

  #every(ms: number, work: () => Promise<void>): void {
    this.#timers.push(
      setInterval(() => {
        if (!this.#closed) work().catch(() => undefined);
      }, ms),
    );
  }

  /** Stay the only producer. One that was held up for long may find that another has begun. */
  async #hold(): Promise<void> {
    await this.#redis.set(this.#key, this.#run, 'PX', HOLD, 'NX');
    if ((await this.#redis.get(this.#key)) === this.#run) {
      await this.#redis.pexpire(this.#key, HOLD);
      return;
    }
    this.#replaced = true;
    for (const id of [...this.#waiting.keys()]) this.#take(id)?.reject(this.#busy());
  }

  /** The stream of events has limited length: a producer that was cut off for long may have missed one, so it asks. */
  async #lookAfter(): Promise<void> {
    const now = performance.now();
    for (const [id, waiting] of this.#waiting) {
      if (now - waiting.since < OVERDUE) continue;
      waiting.since = now;
      const job = await this.#queue.getJob(id);
      // A server that was restarted may have forgotten it; no worker is to blame.
      if (job === undefined) await this.#add(id, waiting.task);
      // Read again: what was read before may be from before it was completed, without the answer.
      else if (await job.isCompleted()) this.#answered(id, (await this.#queue.getJob(id))?.returnvalue);
      else if (await job.isFailed()) this.#lost(id, job.failedReason);
    }
  }

  async #count(): Promise<void> {
    const workers = (await this.#queue.getWorkers()).length;
    if (workers === this.#workers) return;
    this.#workers = workers;
    this.#note(workers === 0 ? 'waiting for workers: racewalk worker' : `workers connected: ${workers}`);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const id of [...this.#waiting.keys()]) this.#lost(id, 'the queue is closed');
    if (!this.#replaced && this.#line.reachable) await within(LEAVE, this.#cleanUp());
    await this.#leave();
  }

  async #cleanUp(): Promise<void> {
    await this.#queue.obliterate({ force: true });
    await this.#redis.del(this.#key);
  }

  async #leave(): Promise<void> {
    this.#closed = true;
    const closing = Promise.all([this.#events.close(), this.#queue.close()]);
    await within(this.#line.reachable ? LEAVE : 0, closing);
    this.#line.cut();
  }
}
