/** Requests and replies, checked on both sides. */
import { VERSION } from '@racewalk/conformance';
import { RacewalkError } from '@racewalk/core';
import { z } from 'zod';
import type { Answer, Task } from '../crew/task.js';
import type { PlainError } from '../threads/messages.js';
import { replySchema, requestSchema } from './schema.js';

/** The queue within its prefix. */
export const QUEUE = 'tasks';

/** What stands in the queue. */
export interface QueuedTask {
  readonly schema: 'racewalk.task/1';
  readonly version: string;
  readonly task: Task;
}

/** What a worker on another machine answers. */
export type QueuedReply =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | { readonly kind: 'lost'; readonly how: string; readonly where?: string }
  | { readonly kind: 'refused'; readonly error: PlainError };

/** A task on its way. */
export const toRequest = (task: Task): QueuedTask => ({ schema: 'racewalk.task/1', version: VERSION, task });

/**
 * The task in a request.
 *
 * @throws RacewalkError `E_VERSION` if another version wrote it, `E_TASK` if it is none
 */
export function taskIn(data: unknown): Task {
  const { version } = (data ?? {}) as { version?: unknown };
  if (typeof version === 'string' && version !== VERSION) {
    throw new RacewalkError(
      'E_VERSION',
      `the task is from racewalk ${version.slice(0, 40)}, this worker is ${VERSION}`,
      { hint: 'run the same version everywhere' },
    );
  }
  const parsed = requestSchema.safeParse(data);
  if (parsed.success) return parsed.data.task as unknown as Task;
  throw new RacewalkError('E_TASK', `not a task: ${z.prettifyError(parsed.error).slice(0, 500)}`, {
    hint: 'nobody but racewalk queue may write to this queue',
  });
}

/** Check what came back; throws RacewalkError `E_ANSWER`. */
export function replyIn(data: unknown): QueuedReply {
  const parsed = replySchema.safeParse(data);
  if (parsed.success) return parsed.data as unknown as QueuedReply;
  throw new RacewalkError('E_ANSWER', `not an answer: ${z.prettifyError(parsed.error).slice(0, 500)}`, {
    hint: 'nobody but racewalk worker may answer in this queue',
  });
}
