import { grown } from '../../program/footprints.js';

/** A node of a wakeup tree is a record of `1 << T.SHIFT` ints, the last three unused. */
export const enum T {
  SHIFT = 3,
  AGENT = 0,
  CHOICE = 1,
  /** The footprint the step will have there. */
  FOOT = 2,
  CHILD = 3,
  SIBLING = 4,
}

/**
 * A pool of wakeup tree nodes, linked as first child / next sibling. A node is a step that is still to be
 * executed.
 */
export class WakeupTrees {
  nodes = new Int32Array(1024 << T.SHIFT);
  #free = -1;
  #used = 0;

  reset(): void {
    this.#free = -1;
    this.#used = 0;
  }

  add(agent: number, choice: number, foot: number): number {
    let node = this.#free;
    if (node >= 0) {
      this.#free = this.nodes[(node << T.SHIFT) + T.SIBLING]!;
    } else {
      node = this.#used++;
      if ((node + 1) << T.SHIFT > this.nodes.length) this.nodes = grown(this.nodes, 0);
    }
    const { nodes } = this;
    const t = node << T.SHIFT;
    nodes[t + T.AGENT] = agent;
    nodes[t + T.CHOICE] = choice;
    nodes[t + T.FOOT] = foot;
    nodes[t + T.CHILD] = -1;
    nodes[t + T.SIBLING] = -1;
    return node;
  }

  setChild(node: number, child: number): void {
    this.nodes[(node << T.SHIFT) + T.CHILD] = child;
  }

  setSibling(node: number, sibling: number): void {
    this.nodes[(node << T.SHIFT) + T.SIBLING] = sibling;
  }

  release(node: number): void {
    this.nodes[(node << T.SHIFT) + T.SIBLING] = this.#free;
    this.#free = node;
  }
}
