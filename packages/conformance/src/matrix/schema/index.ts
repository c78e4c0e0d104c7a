/**
 * Schemas of everything that is written to a file or sent to a worker, and the functions that read files. A separate
 * entry, because it loads zod, and most programs read neither.
 *
 * @packageDocumentation
 */
export { cellCheckpoint, runningCell, runState, totals } from './checkpoint.js';
export { cellRef, count, describes, milliseconds, name } from './fields.js';
export { checkRunState, parseReport } from './parse.js';
export { conformanceReport, reportArch, reportedCell, reportShards, reportSummary } from './report.js';
export { reportFile, unfiled } from './report-file.js';
export { outcome, result, searchOptions } from './result.js';
export { checkpoint, fault } from './search.js';
