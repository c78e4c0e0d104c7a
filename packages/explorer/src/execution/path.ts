import { Kind } from '../program/kinds.js';
import { describe } from '../program/signature.js';
import type { Path } from '../types.js';
import { E } from './events.js';
import type { Execution } from './execution.js';
import { judge } from './verdict.js';

/** The schedule of the first `depth` events (default: all). */
export function pathOf(x: Execution, depth = x.depth): Path {
  const path: number[] = [];
  for (let d = 0; d < depth; d++) {
    const e = d << E.SHIFT;
    path.push(x.events[e + E.AGENT]!);
    // A load has an alternative only where it passes by stores.
    const choice = x.events[e + E.CHOICE]!;
    if (choice > 0 || x.kindAt(d) === Kind.CHOOSE) path.push(~choice);
  }
  return path;
}

/** How hard a schedule is to read. */
export interface Cost {
  /** Steps, not counting choices. */
  readonly steps: number;
  /** Times a thread is left that could have gone on. Choices and agents that are no threads do not count. */
  readonly preemptions: number;
}

/**
 * Reset `x` and take the schedule `path`, up to a fault. Returns null if the schedule does not fit. If no
 * agent can move at its end, the end is judged, too.
 */
export function follow(x: Execution, path: Path): Cost | null {
  x.reset();
  let last = -1;
  let steps = 0;
  let preemptions = 0;
  for (let i = 0; i < path.length && x.faultCode === ''; i++) {
    const agent = path[i]!;
    if (!(agent >= 0 && agent < x.agents) || !x.enabled(agent)) return null;
    const alternatives = x.alternatives(agent);
    const choosing = alternatives > 0;
    const given = i + 1 < path.length && path[i + 1]! < 0;
    if (choosing && !given) return null;
    const choice = given ? ~path[++i]! : 0;
    if (given && !choosing && choice === 0) return null;
    if (!x.accepts(agent, choice)) return null;
    if (choosing) {
      x.execute(agent, choice);
      continue;
    }
    steps++;
    if (agent < x.threads) {
      if (last >= 0 && last !== agent && x.enabled(last)) preemptions++;
      last = agent;
    }
    x.execute(agent, choice);
  }
  if (x.faultCode === '' && nobodyCanMove(x)) judge(x);
  return { steps, preemptions };
}

/** Says of an execution that has too many steps which thread took the last ones, and where it stands. */
export function tooLongMessage(x: Execution, steps: number): string {
  const recent = new Map<number, number>();
  for (let d = x.depth - 1; d >= 0 && d >= x.depth - RECENT; d--) {
    const agent = x.events[(d << E.SHIFT) + E.AGENT]!;
    if (agent < x.threads) recent.set(agent, (recent.get(agent) ?? 0) + 1);
  }
  const [busiest] = [...recent].sort(([, a], [, b]) => b - a);
  const bound = `an execution has over ${steps} steps`;
  if (busiest === undefined) return bound;
  const [thread] = busiest;
  const op = x.auto.ops[x.cur[thread]!]!;
  return `${bound}: ${x.program.threads[thread]!.name} goes on and on, last at ${describe(op)}`;
}

/** Steps at the end of an execution by which the busiest thread is told. */
const RECENT = 100;

export function nobodyCanMove(x: Execution): boolean {
  for (let a = 0; a < x.agents; a++) if (x.enabled(a)) return false;
  return true;
}
