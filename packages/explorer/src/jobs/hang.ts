/**
 * Inserts requested sequences into the tree, by the rules of a single search: see `dpor/insert.ts`. What a
 * single search reads from the execution at hand is part of the request.
 */
import { commute } from '../program/footprints.js';
import type { RequestStep } from '../searches/dpor/pieces.js';
import { TreeNode } from './tree.js';

const enum Mark {
  NONE = 0,
  /** Wakes a sleeping agent, or an earlier branch. */
  WAKES = 1,
  /** Must come before the last step, or is the last step. */
  BEFORE = 2,
  /** Already in the tree. */
  USED_UP = 3,
}

/**
 * Insert the sequence at `node`, after its child at place `behind`. Returns the new leaf, or null if an
 * existing branch covers the sequence.
 */
export function hang(node: TreeNode, behind: number, steps: readonly RequestStep[]): TreeNode | null {
  const marks = steps.map(([, , , , wakes]): Mark => (wakes === 1 ? Mark.WAKES : Mark.NONE));
  let parent = node;
  for (let first = behind + 1; ; first = 0) {
    const onward = parent.children.find((child, i) => i >= first && follows(child, steps, marks));
    if (onward === undefined) break;
    // A leaf covers everything that begins like this: no agent sleeps there any more.
    if (onward.begun || onward.children.length === 0) return null;
    parent = onward;
  }
  need(steps, marks);
  let over = parent;
  for (const mark of [Mark.BEFORE, Mark.WAKES]) {
    for (const [i, [agent, choice, foot]] of steps.entries()) {
      if (marks[i] === mark) over = new TreeNode(over, [agent, choice], foot);
    }
  }
  if (over === parent) return null;
  parent.reopen();
  return over;
}

/** Whether the step of `child` can come first in what is left of the sequence; uses it up if it is in there. */
function follows({ step, foot }: TreeNode, steps: readonly RequestStep[], marks: Mark[]): boolean {
  const [agent, choice] = step;
  for (const [i, [a, c, f]] of steps.entries()) {
    if (marks[i] === Mark.USED_UP) continue;
    if (a === agent) {
      if (c === choice) {
        marks[i] = Mark.USED_UP;
        return true;
      }
    } else if (commute(foot, f)) {
      continue;
    }
    marks[i] = Mark.WAKES;
    return false;
  }
  return true;
}

/** Mark the steps that must come before the last one, then those that must come before a step that wakes. */
function need(steps: readonly RequestStep[], marks: Mark[]): void {
  const last = steps.length - 1;
  if (marks[last] !== Mark.USED_UP) {
    marks[last] = Mark.BEFORE;
    for (let v = 0; v < last; v++) {
      if (marks[v] !== Mark.USED_UP && comesBefore(steps, v, last)) marks[v] = Mark.BEFORE;
    }
  }
  for (let v = last; v >= 0; v--) {
    if (marks[v] !== Mark.NONE) continue;
    for (let w = v + 1; w <= last; w++) {
      if (marks[w] !== Mark.WAKES || !comesBefore(steps, v, w)) continue;
      marks[v] = Mark.WAKES;
      break;
    }
  }
}

/** Whether step `w` has to come after step `v`. */
function comesBefore(steps: readonly RequestStep[], v: number, w: number): boolean {
  const [agent] = steps[v]!;
  return steps[w]![3].some((place) => place >= v && steps[place]![0] === agent);
}
