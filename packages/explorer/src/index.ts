export { type CauseOptions, type Causes, causes } from './causes/causes.js';
export { type CheckOptions, checkProgram, idleThreads } from './checked/check.js';
export type { Flaw } from './checked/flaw.js';
export { errorText } from './error-text.js';
export { estimate } from './estimate/estimate.js';
export { explore } from './explore.js';
export { Frontier } from './jobs/frontier.js';
export { JobRunner, type JobRunnerOptions } from './jobs/runner.js';
export type { SavedFrontier, SavedNode } from './jobs/saved.js';
export type { FrontierCounts, Job, JobResult } from './jobs/types.js';
export { authorCode, authorModule, type Supervisor, superviseAuthors } from './program/author.js';
export { replay } from './replay/replay.js';
export type {
  Asleep,
  JobStep,
  Request,
  RequestStep,
  Rest,
  SavedFoot,
  SavedTree,
} from './searches/dpor/pieces.js';
export { shrink } from './shrink/shrink.js';
export type {
  BoundName,
  Bounds,
  Checkpoint,
  Counterexample,
  Divergence,
  Estimate,
  EstimateOptions,
  ExploreOptions,
  Path,
  Progress,
  RecordedFault,
  Recording,
  ReplayOptions,
  Report,
  ReportCommon,
  ShrinkOptions,
  ShrunkCounterexample,
  StepRecord,
  Strategy,
  Waiting,
} from './types.js';
