import type { Program } from '@racewalk/core/step';
import { Automata, RestartSignal } from './automaton/automata.js';
import { Kind } from './automaton/kinds.js';
import { DporState } from './dpor/state.js';
import { E_FOOT, EVENT, Machine, undo } from './memory/machine.js';
import { enabled, execute } from './memory/step.js';
import { Prng } from './search/prng.js';
import type { Estimate, EstimateOptions } from './types.js';

const MAX_STEPS = 10_000;

/**
 * Estimates how many executions a `dpor` search of `program` has to make, by random probes into the tree
 * of a search with sleep sets (Knuth 1975). That tree has exactly one complete leaf per class of
 * equivalent schedules; a probe that picks one of k branches at every node and ends in a complete
 * leaf counts as the product of the k, one that ends in a leaf put to sleep as 0. The mean is unbiased,
 * but the spread is wide: read it as an order of magnitude unless `sd / sqrt(samples)` is small.
 */
export function estimate(program: Program, options: EstimateOptions = {}): Estimate {
  const auto = new Automata(program, options.memory ?? program.memory);
  auto.start();
  const s = new DporState(new Machine(auto));
  const until = performance.now() + (options.ms ?? 200);
  const wanted = options.samples ?? 1000;
  const tally = { samples: 0, sum: 0, squares: 0, steps: 0 };
  while (tally.samples < wanted && (tally.samples === 0 || performance.now() < until)) {
    try {
      const weight = probe(s, new Prng(options.seed ?? 1, tally.samples));
      tally.samples++;
      tally.sum += weight;
      tally.squares += weight * weight;
      tally.steps += s.m.depth;
    } catch (error) {
      if (!(error instanceof RestartSignal)) throw error;
      Object.assign(tally, { samples: 0, sum: 0, squares: 0, steps: 0 });
    }
  }
  const { samples, sum, squares, steps } = tally;
  const mean = sum / samples;
  const variance = samples > 1 ? Math.max(0, (squares - samples * mean * mean) / (samples - 1)) : 0;
  return { mean, sd: Math.sqrt(variance), samples, steps: steps / samples };
}

function probe(s: DporState, prng: Prng): number {
  const { m, agents } = s;
  const open: number[] = [];
  let weight = 1;
  s.reset();
  for (let d = 0; d < MAX_STEPS; d++) {
    s.reserve(d + 1);
    const at = d * agents;
    open.length = 0;
    let choosing = -1;
    let asleep = false;
    for (let a = 0; a < agents; a++) {
      if (!enabled(m, a)) continue;
      if (s.sleep[at + a] !== 0) asleep = true;
      else open.push(a);
      if (a < m.threads && m.kindOf(a) === Kind.CHOOSE) choosing = a;
    }
    if (open.length === 0) return asleep ? 0 : weight;
    if (choosing >= 0) {
      const count = m.auto.ops[m.cur[choosing]!]!.a;
      weight *= count;
      execute(m, choosing, prng.below(count));
    } else {
      const picked = prng.below(open.length);
      weight *= open.length;
      for (let i = 0; i < picked; i++) {
        execute(m, open[i]!, 0);
        s.sleep[at + open[i]!] = 1;
        s.sleepFoot[at + open[i]!] = m.events[(d << EVENT) + E_FOOT]!;
        undo(m);
      }
      execute(m, open[picked]!, 0);
    }
    m.faultCode = '';
    stayAsleep(s, d);
  }
  return weight;
}

function stayAsleep(s: DporState, d: number): void {
  const { m, agents } = s;
  const foot = m.events[(d << EVENT) + E_FOOT]!;
  for (let q = d * agents; q < (d + 1) * agents; q++) {
    const stays = s.sleep[q] !== 0 && !m.auto.foots.conflict(foot, s.sleepFoot[q]!);
    s.sleep[q + agents] = stays ? s.sleep[q]! : 0;
    s.sleepFoot[q + agents] = s.sleepFoot[q]!;
  }
}
