/**
 * For the module that a worker thread runs.
 *
 * @packageDocumentation
 */
export type { Lookup } from './crew/perform.js';
export { serveThread } from './threads/serve.js';
