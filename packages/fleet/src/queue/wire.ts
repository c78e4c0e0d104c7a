/** Requests and replies, checked on both sides. */
import { VERSION } from '@racewalk/conformance/matrix';
import { RacewalkError } from '@racewalk/core';
import { z } from 'zod';
import { queuedReply, queuedTask } from '../crew/schema.js';
import type { QueuedReply, QueuedTask, Task } from '../crew/task.js';

/** The queue within its prefix. */
export const QUEUE = 'tasks';

/** A task on its way. */
export const toRequest = (task: Task): QueuedTask => ({ schema: 'racewalk.task/1', version: VERSION, task });

/**
 * The task in a request.
 *
 * @throws RacewalkError `E_VERSION` if another version wrote it, `E_TASK` if it is not a task
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
  const parsed = queuedTask.safeParse(data);
  if (parsed.success) return parsed.data.task;
  throw new RacewalkError('E_TASK', `not a task: ${z.prettifyError(parsed.error).slice(0, 500)}`, {
    hint: 'nobody but racewalk queue may write to this queue',
  });
}

/** Check what came back; throws RacewalkError `E_ANSWER`. */
export function replyIn(data: unknown): QueuedReply {
  const parsed = queuedReply.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new RacewalkError('E_ANSWER', `not an answer: ${z.prettifyError(parsed.error).slice(0, 500)}`, {
    hint: 'nobody but racewalk worker may answer in this queue',
  });
}
