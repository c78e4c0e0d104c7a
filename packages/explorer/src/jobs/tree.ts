/** The top of the tree of a search in pieces: one step, and what is to come or has been explored after it. */
import type { Asleep, JobStep, SavedFoot, SavedTree } from './types.js';

/** Where the whole search begins: nobody's step. */
const NO_STEP: JobStep = [-1, 0];

export class TreeNode {
  readonly parent: TreeNode | null;
  readonly step: JobStep;
  readonly foot: SavedFoot;
  readonly depth: number;
  /**
   * In the order in which a single search would take them, which is the order in which they came to be: each sleeps for
   * all those behind it. Without any, this is a leaf: everything below it is explored, in whichever way.
   */
  readonly children: TreeNode[] = [];
  /** A leaf that has been given out. It stays one for whoever comes from above, even if it is cut up. */
  begun = false;
  /** All below is explored. May become false again, as long as a branch further up in the order is not done. */
  done = false;
  /** Agents that sleep here for branches that are not among the children. */
  asleep: Asleep = [];
  /** Children that are done, and before all others: nobody asks anything of them any more. */
  #settled = 0;

  constructor(parent: TreeNode | null, step: JobStep = NO_STEP, foot: SavedFoot = []) {
    this.parent = parent;
    this.step = step;
    this.foot = foot;
    this.depth = parent === null ? 0 : parent.depth + 1;
    parent?.children.push(this);
  }

  /** A leaf that waits to be given out. */
  get waits(): boolean {
    return this.children.length === 0 && !this.begun && !this.done;
  }

  /** From the root down to here. */
  get chain(): TreeNode[] {
    const nodes: TreeNode[] = [];
    for (let n: TreeNode | null = this; n !== null; n = n.parent) nodes.push(n);
    return nodes.reverse();
  }

  /** Everything below is explored; so may be what is above. */
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

  /** Forget what is below branches that nobody asks anything of any more: those before the first that is not done. */
  #settle(): void {
    let n: TreeNode | undefined = this;
    while (n !== undefined) {
      for (; n.children[n.#settled]?.done === true; n.#settled++) n.children[n.#settled]!.children.length = 0;
      n = n.children[n.#settled];
    }
  }

  /** Who sleeps here for the child at place `i`. */
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

  /** As a wakeup tree: a branch that was given out counts as a leaf. */
  get saved(): SavedTree {
    const children = this.begun ? [] : this.children.map((child) => child.saved);
    return [...this.step, this.foot, children];
  }

  /** Leaves below, this one included, that wait to be given out. */
  *waiting(): Generator<TreeNode> {
    if (this.waits) yield this;
    for (const child of this.children) yield* child.waiting();
  }
}
