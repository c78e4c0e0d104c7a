/** Sequential consistency: every step acts on memory at once, and there are no agents but threads. */
import { type Execution, push } from '../../execution/execution.js';
import { N } from '../../program/automata.js';
import { heldBy } from '../../program/guards.js';
import { among, Kind, Kinds } from '../../program/kinds.js';
import { effect } from '../effect.js';
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
  readonly old = null;
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
    const x = this.#x;
    const { nodes, ops } = x.auto;
    const node = x.cur[agent]!;
    const n = node << N.SHIFT;
    const kind = nodes[n + N.KIND]!;
    if (kind < Kind.LOCK) return true;
    if (kind === Kind.LOCK) return x.mem[nodes[n + N.CELL]!] === 0;
    if (among(Kinds.OVER, kind)) return false;
    if (kind === Kind.AWAIT) return ops[node]!.test!(x.mem[nodes[n + N.CELL]!]!, nodes[n + N.CELL]!);
    if (kind === Kind.GUARDED) return heldBy(ops[node]!, x.mem) < 0;
    if (kind === Kind.RETRY) return changed(x, node);
    return true;
  }

  execute(agent: number, choice: number): void {
    const x = this.#x;
    const node = x.cur[agent]!;
    push(x, agent, node, choice, effect(x, agent, node, choice), 0);
  }

  undo(): void {}
}

/** Whether a word differs from what the failed attempt of the RETRY step at `node` read. */
function changed(x: Execution, node: number): boolean {
  const { cells, values } = x.auto.ops[node]!;
  for (let i = 0; i < cells.length; i++) if (x.mem[cells[i]!] !== values[i]) return true;
  return false;
}
