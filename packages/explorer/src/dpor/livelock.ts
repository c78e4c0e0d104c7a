import type { Automata } from '../automaton/automata.js';
import { Kind } from '../automaton/kinds.js';
import { Machine } from '../memory/machine.js';
import { pathOf } from '../memory/path.js';
import { enabled, execute } from '../memory/step.js';
import type { Path } from '../types.js';

/** The round of a livelock in the execution `m` stands in; null if there is none (or none could be seen). */
export function livelockAt(auto: Automata, m: Machine): Path | null {
  return auto.keyed ? findLivelock(new Machine(auto), pathOf(m)) : null;
}

/**
 * Looks for a state that comes back on the schedule `path`, such that every agent that could move all the
 * time in between did: then it can go on like this for ever under a fair scheduler. Only keyed
 * threads ever come back to a place. Returns the schedule once round, or null.
 */
function findLivelock(m: Machine, path: Path): Path | null {
  m.reset();
  const seen = new Map<string, number>();
  const moved: number[] = [];
  const could: number[] = [];
  for (let i = 0; ; i++) {
    let mask = 0;
    for (let a = 0; a < m.agents; a++) if (enabled(m, a)) mask |= 1 << a;
    const state = stateOf(m);
    const before = seen.get(state);
    if (before !== undefined && fair(moved, could, before)) return path.slice(0, i);
    seen.set(state, moved.length);
    could.push(mask);
    const agent = path[i];
    if (agent === undefined) return null;
    moved.push(1 << agent);
    const choosing = agent < m.threads && m.kindOf(agent) === Kind.CHOOSE;
    execute(m, agent, choosing ? ~path[++i]! : 0);
  }
}

function fair(moved: readonly number[], could: readonly number[], from: number): boolean {
  let always = -1;
  let went = 0;
  for (let i = from; i < moved.length; i++) {
    always &= could[i]!;
    went |= moved[i]!;
  }
  return (always & ~went) === 0;
}

function stateOf(m: Machine): string {
  const b = m.buffers;
  const parts = [m.cur.join(), m.mem.subarray(0, m.cells).join()];
  if (b !== null) {
    for (let t = 0; t < m.threads; t++) {
      for (let entry = b.flushed[t]!; entry < b.issued[t]!; entry++) {
        parts.push(`${t}:${b.cell[entry * b.threads + t]}=${b.value[entry * b.threads + t]}`);
      }
    }
  }
  return parts.join(';');
}
