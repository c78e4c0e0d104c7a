/**
 * Schemas of everything that is written to a file or sent to a worker, and what reads files. An entry of its own,
 * because only those who read need the library behind it.
 *
 * @packageDocumentation
 */
export { cellCheckpoint } from './checkpoint.js';
export { cellRef, count, describes, milliseconds, name } from './fields.js';
export { checkRunState, parseReport } from './parse.js';
export { outcome, result, searchOptions } from './result.js';
export { checkpoint, fault } from './search.js';
