/** What a thread and the pool it belongs to tell each other. */
import { type ErrorCode, RacewalkError } from '@racewalk/core';
import type { TaskProgress } from '../crew/crew.js';
import type { Answer, PlainError, Task } from '../crew/task.js';

/** To a thread: do this. */
export interface Request {
  readonly id: number;
  readonly task: Task;
}

/** From a thread. */
export type Reply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly id: number; readonly progress: TaskProgress }
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly answer: Answer;
      /** Milliseconds of processor time that the thread has used in all. */
      readonly cpu: number;
    }
  | { readonly kind: 'failed'; readonly id: number | null; readonly error: PlainError };

/** An error as plain data. */
export function toPlainError(error: unknown): PlainError {
  if (error instanceof RacewalkError) {
    const { code, message, hint, expected } = error;
    return {
      code,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(expected === undefined ? {} : { expected }),
    };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const code = (error as { code?: unknown } | null)?.code;
  return { code: typeof code === 'string' ? code : 'RACEWALK_INTERNAL', message };
}

/** And back. A code that only the other side's version has is kept as it is. */
export function fromPlainError({ code, message, hint, expected }: PlainError): RacewalkError {
  return new RacewalkError(code as ErrorCode, message, {
    ...(hint === undefined ? {} : { hint }),
    ...(expected === undefined ? {} : { expected }),
  });
}
