import { grown } from '../automaton/footprints.js';

// A node of a wakeup tree is a record of eight ints, the last three unused.
export const TREE = 3;
export const T_AGENT = 0;
export const T_CHOICE = 1;
/** The footprint the step will have there. */
export const T_FOOT = 2;
export const T_CHILD = 3;
export const T_SIBLING = 4;

/** A pool of wakeup tree nodes, linked as first child / next sibling. A node is one step still to be taken. */
export class WakeupTrees {
  nodes = new Int32Array(1024 << TREE);
  #free = -1;
  #used = 0;

  reset(): void {
    this.#free = -1;
    this.#used = 0;
  }

  add(agent: number, choice: number, foot: number): number {
    let node = this.#free;
    if (node >= 0) {
      this.#free = this.nodes[(node << TREE) + T_SIBLING]!;
    } else {
      node = this.#used++;
      if ((node + 1) << TREE > this.nodes.length) this.nodes = grown(this.nodes, 0);
    }
    const { nodes } = this;
    const t = node << TREE;
    nodes[t + T_AGENT] = agent;
    nodes[t + T_CHOICE] = choice;
    nodes[t + T_FOOT] = foot;
    nodes[t + T_CHILD] = -1;
    nodes[t + T_SIBLING] = -1;
    return node;
  }

  setChild(node: number, child: number): void {
    this.nodes[(node << TREE) + T_CHILD] = child;
  }

  setSibling(node: number, sibling: number): void {
    this.nodes[(node << TREE) + T_SIBLING] = sibling;
  }

  release(node: number): void {
    this.nodes[(node << TREE) + T_SIBLING] = this.#free;
    this.#free = node;
  }
}
