import { N } from '../automaton/automata.js';
import { Kind } from '../automaton/kinds.js';
import type { Path } from '../types.js';
import { E, type Machine } from './machine.js';
import { enabled, execute } from './step.js';
import { judge } from './verdict.js';

/** The schedule of the first `depth` events (default: all). */
export function pathOf(m: Machine, depth = m.depth): Path {
  const path: number[] = [];
  for (let d = 0; d < depth; d++) {
    const e = d << E.SHIFT;
    path.push(m.events[e + E.AGENT]!);
    if (isChoice(m, m.events[e + E.NODE]!)) path.push(~m.events[e + E.CHOICE]!);
  }
  return path;
}

/** Whether the step at `node` is a CHOOSE. */
export function isChoice(m: Machine, node: number): boolean {
  return node >= 0 && m.auto.nodes[(node << N.SHIFT) + N.KIND] === Kind.CHOOSE;
}

/** What a schedule costs a reader. */
export interface Cost {
  /** Steps, not counting choices. */
  readonly steps: number;
  /** Times a thread is left that could have gone on. Choices and store buffers leave nobody. */
  readonly preemptions: number;
}

/**
 * Reset `m` and take the schedule `path`, up to a fault; null where it does not fit. If the schedule ends
 * where nobody can go on, the end is judged, too.
 */
export function follow(m: Machine, path: Path): Cost | null {
  m.reset();
  let last = -1;
  let steps = 0;
  let preemptions = 0;
  for (let i = 0; i < path.length && m.faultCode === ''; i++) {
    const agent = path[i]!;
    if (!(agent >= 0 && agent < m.agents) || !enabled(m, agent)) return null;
    const choosing = agent < m.threads && m.kindOf(agent) === Kind.CHOOSE;
    if (choosing !== (i + 1 < path.length && path[i + 1]! < 0)) return null;
    if (choosing) {
      const choice = ~path[++i]!;
      if (choice >= m.auto.ops[m.cur[agent]!]!.a) return null;
      execute(m, agent, choice);
      continue;
    }
    steps++;
    if (agent < m.threads) {
      if (last >= 0 && last !== agent && enabled(m, last)) preemptions++;
      last = agent;
    }
    execute(m, agent, 0);
  }
  if (m.faultCode === '' && nobodyCanMove(m)) judge(m);
  return { steps, preemptions };
}

function nobodyCanMove(m: Machine): boolean {
  for (let a = 0; a < m.agents; a++) if (enabled(m, a)) return false;
  return true;
}
