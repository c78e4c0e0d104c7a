/** The top of the tree of a search in pieces: one step, and what is to come or has been explored after it. */
import type { Asleep, JobStep, Rest, SavedFoot, SavedTree } from '../searches/dpor/pieces.js';

/** The root of the search, which no step leads to. */
const NO_STEP: JobStep = [-1, 0];

export class TreeNode {
  readonly parent: TreeNode | null;
  readonly step: JobStep;
  readonly foot: SavedFoot;
  readonly depth: number;
  /**
   * In the order in which a single search would take them, which is the order in which they were added: each
   * sleeps for all later ones. A node without children is a leaf: everything below it is explored, in any
   * way.
   */
  readonly children: TreeNode[] = [];
  /**
   * A leaf that has been handed out. Requests from above treat it as a leaf even after it has been cut up.
   */
  begun = false;
  /** The step that leads here has been counted: a single search makes it once, a job finds it in its prefix. */
  counted = false;
  /** All below is explored. May become false again, as long as a branch further up in the order is not done. */
  done = false;
  /** Agents that sleep here for branches that are not among the children. */
  asleep: Asleep = [];
  /** Number of leading children that are done: no request can reach them any more. */
  #settled = 0;

  constructor(parent: TreeNode | null, step: JobStep = NO_STEP, foot: SavedFoot = []) {
    this.parent = parent;
    this.step = step;
    this.foot = foot;
    this.depth = parent === null ? 0 : parent.depth + 1;
    parent?.children.push(this);
  }

  /** A leaf that waits to be handed out. */
  get waits(): boolean {
    return this.children.length === 0 && !this.begun && !this.done;
  }

  /** From the root down to here. */
  get chain(): TreeNode[] {
    const nodes: TreeNode[] = [];
    for (let n: TreeNode | null = this; n !== null; n = n.parent) nodes.push(n);
    return nodes.reverse();
  }

  /** Everything below is explored; this may complete nodes above, too. */
  close(): void {
    this.done = true;
    let n: TreeNode = this;
    for (; n.parent?.children.every(({ done }) => done); n = n.parent) n.parent.done = true;
    while (n.parent !== null && !n.begun) n = n.parent;
    n.#settle();
  }

  /** Something below is to be explored again. */
  reopen(): void {
    for (let n: TreeNode | null = this; n?.done === true; n = n.parent) n.done = false;
  }

  /**
   * Drop what is below the branches that no request can reach any more: those before the first that is not
   * done.
   */
  #settle(): void {
    let n: TreeNode | undefined = this;
    while (n !== undefined) {
      for (; n.children[n.#settled]?.done === true; n.#settled++) n.children[n.#settled]!.children.length = 0;
      n = n.children[n.#settled];
    }
  }

  /** Count the steps that lead here and were not counted before; returns how many they are. */
  countWay(): number {
    let steps = 0;
    for (let n: TreeNode = this; n.parent !== null && !n.counted; n = n.parent) {
      n.counted = true;
      steps++;
    }
    return steps;
  }

  /** The agents that sleep here when the child at place `i` is explored. */
  sleepersBefore(i: number): Asleep {
    const masks = new Map<number, number>(this.asleep);
    for (let k = 0; k < i; k++) {
      const [agent, choice] = this.children[k]!.step;
      masks.set(agent, (masks.get(agent) ?? 0) | (1 << choice));
    }
    return [...masks];
  }

  /** Hang these trees below. */
  grow(trees: readonly SavedTree[]): void {
    for (const [agent, choice, foot, children] of trees) {
      new TreeNode(this, [agent, choice], foot).grow(children);
    }
  }

  /** As a wakeup tree: a branch that was handed out counts as a leaf. */
  get saved(): SavedTree {
    const children = this.begun ? [] : this.children.map((child) => child.saved);
    return [...this.step, this.foot, children];
  }

  /** Leaves below, this node included, that wait to be handed out. */
  *waiting(): Generator<TreeNode> {
    if (this.waits) yield this;
    for (const child of this.children) yield* child.waiting();
  }
}

/** A leaf to explore, from its beginning or from where an earlier job stopped. */
export interface Piece {
  readonly node: TreeNode;
  readonly rest: Rest | undefined;
}
