/** Sequential consistency: every step acts on memory at once, and there are no agents but threads. */
import { type Execution, push } from '../../execution/execution.js';
import { effect, ready } from '../effect.js';
import type { MemoryModel, ModelKey } from '../model.js';
import { ScOrder } from './order.js';

/** Nodes and shared memory are the whole state. */
const NOTHING_ELSE: ModelKey = {
  size: () => 0,
  write: (_, at) => at,
  read: () => undefined,
  numbers: () => null,
};

export class Sc implements MemoryModel {
  readonly agents: number;
  readonly key = NOTHING_ELSE;
  readonly order: ScOrder;
  readonly #x: Execution;

  constructor(x: Execution) {
    this.#x = x;
    this.agents = x.threads;
    this.order = new ScOrder(x);
  }

  owner(agent: number): number {
    return agent;
  }

  reset(): void {}

  enabled(agent: number): boolean {
    return ready(this.#x, agent);
  }

  execute(agent: number, choice: number): void {
    const x = this.#x;
    const node = x.cur[agent]!;
    push(x, agent, node, choice, effect(x, agent, node, choice), 0);
  }

  undo(): void {}
}
