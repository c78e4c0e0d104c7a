/** The two ways to run a plan: in this thread, and with worker threads. */
import { keyOf, SHRINK_CAUGHT, type SuiteProgress } from '@racewalk/conformance/matrix';
import type { MemoryModelName } from '@racewalk/core/step';
import { runPlan } from '@racewalk/fleet';
import type { Context } from '../context.js';
import { RunningCell, RunningCells, type Share } from '../render/expected.js';
import { ProgressPrinter } from '../render/progress.js';
import { costOf } from '../scale/costs.js';
import type { Hire } from '../scale/threads.js';
import type { RunPlan } from './resumable.js';

/**
 * Executions of a cell before it is cut into pieces. Below that a report is the same
 * to the last step, on a busy machine, too; of pieces only verdicts and executions are (docs/scale.md).
 */
const CUT_AFTER = 100_000;

/** Limits of a run. */
export interface RunLimits {
  /** Executions for each size of a cell; no limit by default. */
  readonly executions?: number;
  /** Milliseconds for everything; no limit by default. */
  readonly budget?: number | undefined;
  /** Look for broken promises of authors first. */
  readonly checked?: boolean | undefined;
  /** Whether somebody will see in which lines the steps of expected counterexamples stand; yes by default. */
  readonly caughtPlaces?: boolean | undefined;
  /** Whether somebody will see an expected counterexample at all, or its token; yes by default. */
  readonly caughtTraces?: boolean | undefined;
  /** Default: that of each plug-in. */
  readonly memory?: MemoryModelName | undefined;
}

/** The one on time, if there is one. */
const inTime = ({ budget }: RunLimits): { budget?: number } => (budget === undefined ? {} : { budget });

const upTo = ({ executions }: RunLimits): { executions?: number } =>
  executions === undefined ? {} : { executions };

/** Cell after cell in this thread. */
export function alone(context: Context, limits: RunLimits): RunPlan {
  return async (plan, { resume, onCell, onCellCheckpoint }) => {
    const printer = new ProgressPrinter(context);
    const running = new RunningCell();
    const begun = new Map(resume.map(({ key, at }) => [key, at]));
    const onProgress = (progress: SuiteProgress): void => {
      const { done, cells, cell, remaining } = progress;
      const share = running.share(progress);
      const left = remaining === null ? null : remaining + (share?.remaining ?? 0);
      printer.show({
        text: `${done}/${cells} ${cell.test} ${cell.arch}`,
        progress,
        share,
        remaining: left,
      });
    };
    const result = await context.bench.suite.run(plan, {
      ...inTime(limits),
      ...upTo(limits),
      checked: limits.checked === true,
      caughtPlaces: limits.caughtPlaces !== false,
      caughtTraces: limits.caughtTraces !== false,
      signal: context.io.signal,
      resumeAt: (cell) => begun.get(keyOf(cell)),
      onCell,
      onCellCheckpoint,
      ...(printer.wanted ? { onProgress } : {}),
    });
    printer.clear();
    return result;
  };
}

/** With workers, the largest cells first. */
export function together(context: Context, limits: RunLimits, hire: Hire): RunPlan {
  return async (plan, { resume, onCell, onSave }) => {
    const printer = new ProgressPrinter(context);
    const shares = new RunningCells();
    const crew = await hire(context);
    try {
      return await runPlan(crew, plan, {
        ...inTime(limits),
        search: {
          shrinkCaughtStates: SHRINK_CAUGHT,
          caughtTraces: limits.caughtTraces !== false,
          ...upTo(limits),
          checked: limits.checked === true,
          caughtPlaces: limits.caughtPlaces !== false,
          ...(limits.memory === undefined ? {} : { memory: limits.memory }),
        },
        signal: context.io.signal,
        costOf,
        cutAfter: CUT_AFTER,
        resume,
        onCell,
        onSave,
        onProgress(progress) {
          const { done, cells, running, remaining } = progress;
          const longest = printer.wanted ? shares.share(progress) : null;
          const { test, arch } = longest?.cell ?? progress.cell;
          const others = running.length > 1 ? ` and ${running.length - 1} more` : '';
          printer.show({
            text: `${done}/${cells} ${test} ${arch}${others}`,
            progress,
            share: longest?.share ?? null,
            remaining: atLeast(remaining, longest?.share),
          });
        },
      });
    } finally {
      printer.clear();
      await crew.close();
    }
  };
}

/** A run takes at least as long as its longest cell; null if that is not known. */
function atLeast(remaining: number | null, share?: Share): number | null {
  if (share?.exceeded !== undefined) return null;
  return remaining === null ? null : Math.max(remaining, share?.remaining ?? 0);
}
