import { Kind } from '../automaton/kinds.js';
import { E, Machine } from '../memory/machine.js';
import { enabled, execute } from '../memory/step.js';
import { Prng } from '../search/prng.js';
import type { Futures } from './futures.js';

/** Executions in a row that must bring nothing new before scouting ends. */
const DRY = 500;

/** Learn what threads do from executions drawn at random, until they bring nothing new or `limit` steps are made. */
export function scout(futures: Futures, limit: number): void {
  const m = new Machine(futures.auto);
  let steps = 0;
  for (let run = 0, last = 0; run - last < DRY && steps < limit; run++) {
    const prng = new Prng(1, run);
    const before = futures.events;
    m.reset();
    while (m.depth < limit) {
      const agent = pick(m, prng);
      if (agent < 0) break;
      const choosing = agent < m.threads && m.kindOf(agent) === Kind.CHOOSE;
      execute(m, agent, choosing ? prng.below(m.auto.ops[m.cur[agent]!]!.a) : 0);
      const e = (m.depth - 1) << E.SHIFT;
      const node = m.events[e + E.NODE]!;
      if (node >= 0) futures.learn(node, m.events[e + E.FOOT]!, m.cur[agent]!);
      steps++;
    }
    if (futures.events !== before) last = run;
  }
}

function pick(m: Machine, prng: Prng): number {
  let found = -1;
  for (let a = 0, count = 0; a < m.agents; a++) {
    if (enabled(m, a) && prng.below(++count) === 0) found = a;
  }
  return found;
}
