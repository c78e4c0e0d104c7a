import { grown } from '../automaton/footprints.js';

/**
 * A pool of wakeup tree nodes, linked as first child / next sibling. A node is one step still to be
 * taken: agent, alternative, and the footprint it will have there.
 */
export class WakeupTrees {
  agent = new Int32Array(1024);
  choice = new Int32Array(1024);
  foot = new Int32Array(1024);
  child = new Int32Array(1024);
  sibling = new Int32Array(1024);
  #free = -1;
  #used = 0;

  reset(): void {
    this.#free = -1;
    this.#used = 0;
  }

  add(agent: number, choice: number, foot: number): number {
    let node = this.#free;
    if (node >= 0) {
      this.#free = this.sibling[node]!;
    } else {
      node = this.#used++;
      if (node >= this.agent.length) this.#grow();
    }
    this.agent[node] = agent;
    this.choice[node] = choice;
    this.foot[node] = foot;
    this.child[node] = -1;
    this.sibling[node] = -1;
    return node;
  }

  release(node: number): void {
    this.sibling[node] = this.#free;
    this.#free = node;
  }

  #grow(): void {
    this.agent = grown(this.agent, 0);
    this.choice = grown(this.choice, 0);
    this.foot = grown(this.foot, 0);
    this.child = grown(this.child, 0);
    this.sibling = grown(this.sibling, 0);
  }
}
