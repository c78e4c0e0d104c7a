/**
 * What the test of a plug-in or of a race imports. Plans, runs and reports of the whole matrix are in
 * `@racewalk/conformance/matrix`.
 *
 * @packageDocumentation
 */
export { type EntryFacts, makeEntry } from './laws/entries.js';
export type { MatrixCell } from './matrix/plan/cell.js';
export { plan } from './matrix/plan/plan.js';
export { type ConformanceOptions, conformance } from './suite/conformance.js';
export { type RaceFamily, raceDefinitions } from './suite/definitions.js';
export { assertCell } from './suite/races.js';
export type { TestRunner } from './suite/runner.js';
