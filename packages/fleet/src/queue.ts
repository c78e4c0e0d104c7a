/**
 * Workers on other machines: BullMQ over Redis or Valkey.
 *
 * @packageDocumentation
 */
export { QueueCrew, type QueueCrewOptions } from './queue/crew.js';
export { checkUrl, masked, type Server } from './queue/url.js';
export { type QueuedReply, type QueuedTask, replyIn, taskIn, toRequest } from './queue/wire.js';
export { type QueueWorker, type QueueWorkerOptions, startQueueWorker } from './queue/worker.js';
export type { PlainError } from './threads/messages.js';
