import type { TreeNode } from './tree.js';

/**
 * Leaves that wait to be handed out: those that begin highest in the tree first, because most work is below
 * them.
 */
export class Waiting {
  /** By the depth at which they begin, oldest first. */
  readonly #at: TreeNode[][] = [];
  size = 0;

  add(leaf: TreeNode): void {
    let top = leaf;
    while (top.parent !== null && !top.parent.begun && top.parent.children.length === 1) top = top.parent;
    while (this.#at.length <= top.depth) this.#at.push([]);
    this.#at[top.depth]!.push(leaf);
    this.size++;
  }

  take(): TreeNode | undefined {
    for (const leaves of this.#at) {
      const leaf = leaves.shift();
      if (leaf === undefined) continue;
      this.size--;
      return leaf;
    }
    return undefined;
  }
}
