/** The two ways to run a plan: in this thread, and with worker threads. */
import { keyOf } from '@racewalk/conformance/matrix';
import { runPlan } from '@racewalk/fleet';
import type { Context } from '../context.js';
import { RunningCell, RunningCells, type Share } from '../render/expected.js';
import { ProgressPrinter } from '../render/progress.js';
import { costOf } from '../scale/costs.js';
import type { Hire } from '../scale/threads.js';
import type { RunPlan } from './resumable.js';

/** Milliseconds for shortening a counterexample that is expected: a matrix has many mutants. */
const SHRINK_CAUGHT = 100;

/**
 * Milliseconds of work on a cell before it is cut into pieces. How many steps pieces count depends a little on which
 * worker was quicker; no cell of this repository takes so long, so its report is always the same.
 */
const CUT_AFTER = 5_000;

/** Cell after cell in this thread. */
export function alone(context: Context, budget: number): RunPlan {
  return async (plan, { resume, onCell, onCellCheckpoint }) => {
    const printer = new ProgressPrinter(context);
    const running = new RunningCell();
    const begun = new Map(resume.map(({ key, at }) => [key, at]));
    const result = await context.bench.suite.run(plan, {
      budget,
      signal: context.io.signal,
      resumeAt: (cell) => begun.get(keyOf(cell)),
      onCell,
      onCellCheckpoint,
      onProgress(progress) {
        const { done, cells, cell, executions, ms, remaining } = progress;
        const share = printer.wanted ? running.share(progress) : null;
        const left = remaining === null ? null : remaining + (share?.remaining ?? 0);
        const text = `${done}/${cells} ${cell.test} ${cell.arch}`;
        printer.show({ text, executions, share, ms, remaining: left });
      },
    });
    printer.clear();
    return result;
  };
}

/** With workers, the largest cells first. */
export function together(context: Context, budget: number, hire: Hire): RunPlan {
  return async (plan, { resume, onCell, onSave }) => {
    const printer = new ProgressPrinter(context);
    const shares = new RunningCells();
    const crew = await hire(context);
    try {
      return await runPlan(crew, plan, {
        budget,
        search: { shrinkCaughtMs: SHRINK_CAUGHT },
        signal: context.io.signal,
        costOf,
        cutAfter: CUT_AFTER,
        resume,
        onCell,
        onSave,
        onProgress(progress) {
          const { done, cells, running, executions, ms, remaining } = progress;
          const longest = printer.wanted ? shares.share(progress) : null;
          const { test, arch } = longest?.cell ?? progress.cell;
          const others = running.length > 1 ? ` and ${running.length - 1} more` : '';
          printer.show({
            text: `${done}/${cells} ${test} ${arch}${others}`,
            executions,
            share: longest?.share ?? null,
            ms,
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
