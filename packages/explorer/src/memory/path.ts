import { N_KIND, NODE } from '../automaton/automata.js';
import { Kind } from '../automaton/kinds.js';
import type { Path } from '../types.js';
import { E_AGENT, E_CHOICE, E_NODE, EVENT, type Machine } from './machine.js';
import { enabled, execute } from './step.js';

/** The schedule of the first `depth` events (default: all). */
export function pathOf(m: Machine, depth = m.depth): Path {
  const path: number[] = [];
  for (let d = 0; d < depth; d++) {
    const e = d << EVENT;
    path.push(m.events[e + E_AGENT]!);
    if (isChoice(m, m.events[e + E_NODE]!)) path.push(~m.events[e + E_CHOICE]!);
  }
  return path;
}

/** Whether the step at `node` is a CHOOSE. */
export function isChoice(m: Machine, node: number): boolean {
  return node >= 0 && m.auto.nodes[(node << NODE) + N_KIND] === Kind.CHOOSE;
}

/** Reset `m` and take the schedule `path`; false where it does not fit. Stops behind a fault. */
export function follow(m: Machine, path: Path): boolean {
  m.reset();
  for (let i = 0; i < path.length; i++) {
    const agent = path[i]!;
    if (agent < 0 || agent >= m.agents || !enabled(m, agent)) return false;
    const choosing = agent < m.threads && m.kindOf(agent) === Kind.CHOOSE;
    if (choosing !== (i + 1 < path.length && path[i + 1]! < 0)) return false;
    execute(m, agent, choosing ? ~path[++i]! : 0);
    if (m.faultCode !== '') return true;
  }
  return true;
}
