/**
 * The quick half of shrinking: small changes of a schedule, as long as one makes it cheaper. Runs of steps of one
 * thread are moved and left out, then stretches of any steps are left out down to single ones, then other
 * alternatives are taken at choices.
 */

import type { Path } from '../types.js';
import type { Attempts, Candidate } from './attempts.js';

/** Changes of a schedule, the most promising first. */
type Changes = (path: Path) => Iterable<Path>;

/** Improve `start` until no single change helps, or there are no attempts left. */
export function improve(attempts: Attempts, start: Candidate): Candidate {
  let best = start;
  for (let before: Candidate | null = null; before !== best; ) {
    before = best;
    for (const changes of [withBlocksMoved, withStretchesOut, withOtherChoices]) {
      for (let better: Candidate | null = best; better !== null; ) {
        best = better;
        better = firstBetter(attempts, best, changes);
      }
    }
  }
  return best;
}

function firstBetter(attempts: Attempts, best: Candidate, changes: Changes): Candidate | null {
  for (const path of changes(best.path)) {
    if (attempts.over) return null;
    const found = attempts.nearly(path, best);
    if (found !== null) return found;
  }
  return null;
}

/** Each block left out, then at every other place. */
function* withBlocksMoved(path: Path): Iterable<Path> {
  const blocks = blocksOf(path);
  for (const [from, block] of blocks.entries()) {
    const rest = blocks.toSpliced(from, 1);
    yield rest.flat();
    for (let to = rest.length; to >= 0; to--) if (to !== from) yield rest.toSpliced(to, 0, block).flat();
  }
}

/** Stretches left out, from half of the schedule down to single steps. */
function* withStretchesOut(path: Path): Iterable<Path> {
  const steps = stepsOf(path);
  for (let size = steps.length >> 1; size >= 1; size >>= 1) {
    for (let at = steps.length - size; at >= 0; at -= Math.max(1, size >> 1)) {
      yield steps.toSpliced(at, size).flat();
    }
  }
}

/** Each choice made as one of the first few alternatives. */
function* withOtherChoices(path: Path): Iterable<Path> {
  for (const [i, made] of path.entries()) {
    if (made >= 0) continue;
    for (let c = 0; c < FEW; c++) if (~c !== made) yield path.toSpliced(i, 1, ~c);
  }
}

const FEW = 8;

/** Cut a schedule into steps, each with its choice. */
function stepsOf(path: Path): number[][] {
  const steps: number[][] = [];
  for (const item of path) {
    if (item >= 0) steps.push([item]);
    else steps.at(-1)!.push(item);
  }
  return steps;
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
