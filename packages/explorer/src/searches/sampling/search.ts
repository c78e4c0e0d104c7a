import type { Execution } from '../../execution/execution.js';
import { judge } from '../../execution/verdict.js';
import type { OnFault, Stop, Tally } from '../tally.js';
import { Prng } from './prng.js';
import type { Sampler } from './samplers.js';

/** Draw schedules until a bound is reached. Execution i always uses the i-th stream of the seed. */
export function searchSampling(
  x: Execution,
  sampler: Sampler,
  seed: number,
  tally: Tally,
  onFault: OnFault,
): Stop {
  for (;;) {
    const stop = tally.pause();
    if (stop !== null) return stop;
    const prng = new Prng(seed, tally.executions);
    x.reset();
    sampler.begin(prng);
    for (let agent = sampler.pick(x, prng); agent >= 0; agent = sampler.pick(x, prng)) {
      if (x.depth >= tally.maxSteps) return 'steps';
      const alternatives = x.alternatives(agent);
      x.execute(agent, alternatives > 0 ? prng.below(alternatives) : 0);
      tally.steps++;
      if (x.faultCode !== '' && onFault() === 'stop') {
        tally.executions++;
        return 'fault';
      }
    }
    tally.executions++;
    if (judge(x)) tally.deadlocks++;
    if (x.faultCode !== '' && onFault() === 'stop') return 'fault';
  }
}
