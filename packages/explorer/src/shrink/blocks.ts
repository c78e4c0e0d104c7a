/** The quick half of shrinking: move and drop runs of steps of one thread while the fault stays. */

import type { Execution } from '../execution/execution.js';
import { type Cost, follow, pathOf } from '../execution/path.js';
import { runOn } from '../first-run.js';
import type { Path } from '../types.js';

/** A schedule with the fault looked for, and what it costs. */
export interface Candidate extends Cost {
  readonly path: Path;
}

const MAX_STEPS = 10_000;

/** Whether `a` is easier to read than `b`: fewer preemptions, then fewer steps. */
export function cheaper(a: Cost, b: Cost): boolean {
  return a.preemptions < b.preemptions || (a.preemptions === b.preemptions && a.steps < b.steps);
}

/** Take `path`, then run on to the end; the schedule up to the fault if that is `code`, else null. */
export function attempt(x: Execution, path: Path, code: string): Candidate | null {
  if (follow(x, path) === null) return null;
  if (x.faultCode === '') runOn(x, MAX_STEPS);
  const taken = pathOf(x);
  const cost = follow(x, taken);
  return cost !== null && x.faultCode === code ? { path: taken, ...cost } : null;
}

/** Improve `start` until no single move of a block, and no single block left out, helps. */
export function moveBlocks(x: Execution, start: Candidate, code: string, until: number): Candidate {
  let best = start;
  for (let improved = true; improved; ) {
    improved = false;
    const blocks = blocksOf(best.path);
    for (let from = 0; from < blocks.length && !improved; from++) {
      const rest = blocks.toSpliced(from, 1);
      for (let to = rest.length + 1; to >= 0 && !improved; to--) {
        if (performance.now() > until) return best;
        // Position `rest.length + 1` stands for leaving the block out.
        const order = to > rest.length ? rest : rest.toSpliced(to, 0, blocks[from]!);
        const candidate = attempt(x, order.flat(), code);
        if (candidate === null || !cheaper(candidate, best)) continue;
        best = candidate;
        improved = true;
      }
    }
  }
  return best;
}

/** Cut a schedule where it switches. */
function blocksOf(path: Path): number[][] {
  const blocks: number[][] = [];
  let running = -1;
  for (const item of path) {
    if (item >= 0 && item !== running) blocks.push([]);
    if (item >= 0) running = item;
    blocks.at(-1)!.push(item);
  }
  return blocks;
}
