import { E } from '../../execution/events.js';
import { executionOf } from '../../models/table.js';
import { Prng } from '../sampling/prng.js';
import { RandomSampler } from '../sampling/samplers.js';
import type { Futures } from './futures.js';

/** Scouting ends after this many executions in a row that showed nothing new. */
const DRY = 500;

/** Learn what threads do from random executions, until they show nothing new or `limit` steps are taken. */
export function scout(futures: Futures, limit: number): void {
  const x = executionOf(futures.auto);
  const sampler = new RandomSampler();
  let steps = 0;
  for (let run = 0, last = 0; run - last < DRY && steps < limit; run++) {
    const prng = new Prng(1, run);
    const before = futures.events;
    x.reset();
    while (x.depth < limit) {
      const agent = sampler.pick(x, prng);
      if (agent < 0) break;
      const alternatives = x.alternatives(agent);
      x.execute(agent, alternatives > 0 ? prng.below(alternatives) : 0);
      const e = (x.depth - 1) << E.SHIFT;
      const node = x.events[e + E.NODE]!;
      if (node >= 0) futures.learn(node, x.events[e + E.FOOT]!, x.cur[agent]!);
      steps++;
    }
    if (futures.events !== before) last = run;
  }
}
