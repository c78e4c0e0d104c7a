/**
 * Historical races and public bug reports: what each was, and which race of this repository decides it.
 *
 * @packageDocumentation
 */

export { ENTRIES, entryOf } from './entries.js';
export { type Decision, type Entry, type Grade, isDecided, type Open } from './entry.js';
export { catalogueRaces } from './races.js';
