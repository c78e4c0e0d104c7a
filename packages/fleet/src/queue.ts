/**
 * Workers on other machines: BullMQ over Redis or Valkey.
 *
 * @packageDocumentation
 */
export { QueueCrew, type QueueCrewOptions } from './queue/crew.js';
export type { Server } from './queue/url.js';
export { type QueueWorker, type QueueWorkerOptions, startQueueWorker } from './queue/worker.js';
