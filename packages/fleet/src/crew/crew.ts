/** Those who work, wherever they are. */
import type { Answer, Task } from './task.js';

/** How far a task is that takes long. */
export interface TaskProgress {
  readonly executions: number;
  /** Whose code goes on now, and behind which of its steps; only of tasks with a witness. */
  readonly where?: string;
}

/** Workers that do tasks: threads of this process, or processes on other machines. */
export interface Crew {
  /** Tasks that can usefully be given out at once. */
  readonly lanes: number;
  /**
   * Have a task done by somebody.
   *
   * @throws WorkerLost if whoever did it is gone; anything else is a fault that ends the run
   */
  run(task: Task, onProgress?: (progress: TaskProgress) => void): Promise<Answer>;
  /** Send everybody home; tasks that are not done are lost. */
  close(): Promise<void>;
}

/** A worker ended before it answered. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost';
  /** How it ended, for instance `exit code 7`. */
  readonly how: string;

  constructor(how: string) {
    super(`a worker is gone: ${how}`);
    this.how = how;
  }
}
