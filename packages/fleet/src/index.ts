/**
 * Searches cut into pieces, and the workers that explore them: threads of this process, or, with
 * `@racewalk/fleet/queue`, processes on other machines.
 *
 * @packageDocumentation
 */
export { type Crew, type TaskProgress, WorkerLost } from './crew/crew.js';
export { type Lookup, Performer } from './crew/perform.js';
export type {
  Answer,
  DescribeAnswer,
  DescribeTask,
  JudgeAnswer,
  JudgeTask,
  PieceTask,
  SliceAnswer,
  SliceTask,
  Task,
} from './crew/task.js';
export { type Contender, type PortfolioResult, runPortfolio } from './run/portfolio.js';
export { type RunPlanOptions, runPlan } from './run/run-plan.js';
export { execArgv, ThreadPool, type ThreadPoolOptions } from './threads/pool.js';
