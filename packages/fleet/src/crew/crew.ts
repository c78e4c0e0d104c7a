/** The interface of a crew: workers that do tasks, wherever they run. */
import type { Answer, Task } from './task.js';

/** How far a task is that takes long. */
export interface TaskProgress {
  readonly executions: number;
  /** The thread whose code runs now, and the steps it has made; only for tasks with a witness. */
  readonly where?: string;
}

/** Workers that do tasks: threads of this process, or processes on other machines. */
export interface Crew {
  /** Tasks that can usefully be given out at once. */
  readonly lanes: number;
  /**
   * Have a task done by one of the workers.
   *
   * @throws WorkerLost if the worker that had the task is gone; anything else is a fault that ends the run
   */
  run(task: Task, onProgress?: (progress: TaskProgress) => void): Promise<Answer>;
  /** End all workers; tasks that are not done are lost. */
  close(): Promise<void>;
}

/** A worker ended before it answered. A signal, not an error: a run gives the task to another worker, and says in the verdict what became of it. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost';
  /** How it ended, for instance `exit code 7`. */
  readonly how: string;

  constructor(how: string) {
    super(`a worker is gone: ${how}`);
    this.how = how;
  }
}
