/**
 * What the test of a plug-in or of a race imports. Plans, runs and reports of the whole matrix are in
 * `@racewalk/conformance/matrix`.
 *
 * @packageDocumentation
 */

export { type Bodies, hugeBodies, pmdBodies, pteBodies } from './explain/bodies.js';
export { CAPABILITY_TERMS } from './explain/capability-terms.js';
export { derivedOmissions, NEVER_MODELLED, omissionProblems } from './explain/omissions.js';
export { CONTRACT } from './laws/contract.js';
export { type EntryFacts, makeEntry } from './laws/entries.js';
export { exampleSamples } from './laws/example.js';
export { KERNEL_TABLE } from './laws/kernel-table.js';
export type { LawOptions } from './laws/try.js';
export type { MatrixCell } from './matrix/plan/cell.js';
export { plan } from './matrix/plan/plan.js';
export { type ConformanceOptions, conformance } from './suite/conformance.js';
export { type RaceFamily, raceDefinitions } from './suite/definitions.js';
export { assertCell } from './suite/races.js';
export type { TestRunner } from './suite/runner.js';
