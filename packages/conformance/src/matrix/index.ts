/**
 * The matrix (race tests × plug-ins × variants): what to run, running it, reports of it, and replays.
 *
 * @packageDocumentation
 */
export { VERSION } from '../version.js';
export {
  type CellRef,
  type Expected,
  keyOf,
  type MatrixCell,
  refOf,
  VERDICTS,
  type Verdict,
} from './plan/cell.js';
export { globMatcher } from './plan/glob.js';
export { allSizes, idleOverrides, idleSurvivals, type Plan, type PlanFilter, plan } from './plan/plan.js';
export { STRATEGIES } from './plan/strategies.js';
export type { Variant } from './plan/variant.js';
export { variantsOf } from './plan/variants.js';
export { followToken } from './replay/follow.js';
export { type RecordedCell, traceOf } from './replay/record.js';
export { replayToken, shrinkToken, type TokenParts } from './replay/replay.js';
export { namedText } from './replay/source-files.js';
export { expectedElsewhere } from './report/elsewhere.js';
export { reportFile } from './report/file.js';
export {
  exitCodeOf,
  type Host,
  mergeReports,
  rejudged,
  reportCell,
  reportOf,
  resumedReport,
  summarize,
} from './report/report.js';
export { missingShards } from './report/shards.js';
export { type CellResult, isExpected, runCell } from './run/cell.js';
export { judgeReport } from './run/judge.js';
export type { CellOptions } from './run/options.js';
export { outcomeText } from './run/outcome.js';
export {
  checkPieces,
  isPieces,
  type PiecesCheckpoint,
  reportOfPieces,
  toPieces,
} from './run/pieces.js';
export { ProgressMeter, type SuiteProgress } from './run/progress.js';
export {
  runSuite,
  SHRINK_CAUGHT,
  type SuiteOptions,
  type SuiteResult,
} from './run/suite.js';
export type { CellCheckpoint, RunningCell, RunState, Totals } from './schema/checkpoint.js';
export type {
  ConformanceReport,
  ReportArch,
  ReportCell,
  ReportShards,
  ReportSummary,
} from './schema/report.js';
export type { Outcome, PlainResult, SearchOptions } from './schema/result.js';
