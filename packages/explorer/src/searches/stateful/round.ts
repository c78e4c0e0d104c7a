/** A schedule once round a strongly connected set of states, fair to all agents. */

import type { Execution } from '../../execution/execution.js';
import type { StateKey } from './key.js';

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly agent: number;
  /** As in a path: the agent, and behind it the alternative taken at a choice. */
  readonly move: readonly number[];
}

interface Graph {
  readonly edges: Map<number, Edge[]>;
  /** Per state the agents that can move, as bits. */
  readonly able: Map<number, number>;
}

/**
 * `x` stands in state `root`. Walk inside `members` until every agent has moved or has been unable to in some
 * state on the way, and then back to `root`.
 */
export function roundTrip(x: Execution, key: StateKey, members: ReadonlySet<number>, root: number): number[] {
  const graph: Graph = { edges: new Map(), able: new Map() };
  collect(x, key, members, root, graph);
  const path: number[] = [];
  let at = root;
  let served = 0;
  const go = (edges: readonly Edge[]): void => {
    for (const edge of edges) {
      path.push(...edge.move);
      served |= (1 << edge.agent) | ~graph.able.get(edge.from)!;
      at = edge.to;
    }
  };
  for (let a = 0; a < x.agents; a++) {
    if ((served & (1 << a)) !== 0) continue;
    const bit = 1 << a;
    go(shortest(graph, at, (edge) => edge.agent === a || (graph.able.get(edge.from)! & bit) === 0));
  }
  if (at !== root || path.length === 0) go(shortest(graph, at, (edge) => edge.to === root));
  return path;
}

/** All steps between `members`, by depth-first search from `root`, where `x` stands. */
function collect(
  x: Execution,
  key: StateKey,
  members: ReadonlySet<number>,
  root: number,
  graph: Graph,
): void {
  const { store } = key;
  const path: { state: number; todo: { agent: number; choice: number }[] }[] = [];
  const enter = (state: number): void => {
    const todo: { agent: number; choice: number }[] = [];
    let able = 0;
    for (let agent = 0; agent < x.agents; agent++) {
      if (!x.enabled(agent)) continue;
      able |= 1 << agent;
      const count = x.alternatives(agent);
      if (count === 0) todo.push({ agent, choice: -1 });
      for (let choice = 0; choice < count; choice++) todo.push({ agent, choice });
    }
    graph.able.set(state, able);
    graph.edges.set(state, []);
    path.push({ state, todo });
  };
  enter(root);
  for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
    const next = top.todo.pop();
    if (next === undefined) {
      path.pop();
      if (path.length > 0) {
        x.undo();
        store.load(path.at(-1)!.state);
      }
      continue;
    }
    const { agent, choice } = next;
    x.execute(agent, Math.max(choice, 0));
    x.faultCode = '';
    key.step();
    const found = store.locate();
    const to = found < 0 ? ~found : found;
    if (members.has(to)) {
      const move = choice < 0 ? [agent] : [agent, ~choice];
      graph.edges.get(top.state)!.push({ from: top.state, to, agent, move });
      if (!graph.edges.has(to)) {
        enter(to);
        continue;
      }
    }
    x.undo();
    store.load(top.state);
  }
}

/** The shortest walk from `start` whose last step is `wanted`. */
function shortest(graph: Graph, start: number, wanted: (edge: Edge) => boolean): Edge[] {
  const came = new Map<number, Edge | null>([[start, null]]);
  const wayTo = (state: number): Edge[] => {
    const way: Edge[] = [];
    for (let edge = came.get(state) ?? null; edge !== null; edge = came.get(edge.from) ?? null)
      way.push(edge);
    return way.reverse();
  };
  const queue = [start];
  for (const state of queue) {
    for (const edge of graph.edges.get(state) ?? []) {
      if (wanted(edge)) return [...wayTo(state), edge];
      if (came.has(edge.to)) continue;
      came.set(edge.to, edge);
      queue.push(edge.to);
    }
  }
  return [];
}
