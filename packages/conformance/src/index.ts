/**
 * The Racewalk conformance suite: laws and race tests for any architecture plug-in.
 *
 * @packageDocumentation
 */

export { anyPfn, anyPte, anySample, anySwap, type EntryFacts, makeEntry } from './laws/entries.js';
export { tryOverride } from './laws/overrides.js';
export type { LawOptions } from './laws/try.js';
export { lawSkip, tryValueLaw } from './laws/values.js';
export { type Cell, type Expected, expectedCode, type Verdict } from './plan/cell.js';
export { globMatcher } from './plan/glob.js';
export { idleOverrides, type Plan, type PlanFilter, plan } from './plan/plan.js';
export { type Variant, variantsOf } from './plan/variants.js';
export { parseReport } from './report/parse.js';
export {
  exitCodeOf,
  type Host,
  keyOf,
  mergeReports,
  reportCell,
  reportOf,
  resumedReport,
  summarize,
} from './report/report.js';
export {
  type ConformanceReport,
  REPORT_SCHEMA,
  type ReportArch,
  type ReportCell,
  type ReportShards,
  type ReportSummary,
} from './report/schema.js';
export { missingShards } from './report/shards.js';
export { type CellResult, isExpected, type Outcome, runCell } from './run/cell.js';
export { type CellCheckpoint, parseCellCheckpoint, type Totals } from './run/checkpoint.js';
export { expectedElsewhere } from './run/elsewhere.js';
export { type Difference, fingerprintOf, firstDifference } from './run/fingerprint.js';
export { judgeReport } from './run/judge.js';
export type { CellOptions } from './run/options.js';
export {
  checkPieces,
  fingerprintOfProgram,
  isPieces,
  type PiecesCheckpoint,
  PiecesSearch,
  reportOfPieces,
  toPieces,
} from './run/pieces.js';
export { type RecordedCell, traceOf } from './run/record.js';
export { remainingMs } from './run/remaining.js';
export { replayToken, shrinkToken, type TokenParts } from './run/replay.js';
export { runSuite, type SuiteOptions, type SuiteProgress, type SuiteResult } from './run/suite.js';
export { claimFault } from './suite/claims.js';
export { type ConformanceOptions, conformance } from './suite/conformance.js';
export { mutantProblems, type RaceFamily, raceDefinitions, wordingProblems } from './suite/definitions.js';
export { checkFactory } from './suite/factory.js';
export { CHECKED_CAPABILITIES, checkCapability } from './suite/manifest.js';
export { pluginProblems } from './suite/plugin-problems.js';
export { assertCell, outcomeText } from './suite/races.js';
export type { TestRunner } from './suite/runner.js';
export { VERSION } from './version.js';
