import type { Program } from '@racewalk/core/step';
import { Automata, RestartSignal } from './automaton/automata.js';
import { Kind } from './automaton/kinds.js';
import { searchDpor } from './dpor/search.js';
import { DporState } from './dpor/state.js';
import { E_FOOT, EVENT, Machine, undo } from './memory/machine.js';
import { enabled, execute } from './memory/step.js';
import { Prng } from './search/prng.js';
import { Tally } from './tally.js';
import type { Estimate, EstimateOptions } from './types.js';

const MAX_STEPS = 10_000;

/**
 * Estimates how many executions a `dpor` search of `program` has to make. First the search itself gets
 * half of the time; if it ends, the number is exact. Otherwise random probes are made into the tree
 * of a search with sleep sets (Knuth 1975). That tree has exactly one complete leaf per class of
 * equivalent schedules; a probe that picks one of k branches at every node and ends in a complete
 * leaf counts as the product of the k, one that ends in a leaf put to sleep as 0. The mean is unbiased,
 * but the spread is wide: read it as an order of magnitude unless `sd / sqrt(samples)` is small. It is
 * never given as less than the search has seen.
 */
export function estimate(program: Program, options: EstimateOptions = {}): Estimate {
  const auto = new Automata(program, options.memory ?? program.memory);
  auto.start();
  const s = new DporState(new Machine(auto));
  const ms = options.ms ?? 200;
  const until = performance.now() + ms;
  const searched = trySearch(s, ms / 2);
  if (searched.exact) return searched;
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
  return {
    mean: Math.max(mean, searched.mean),
    sd: Math.sqrt(variance),
    samples,
    steps: steps / samples,
    exact: false,
  };
}

/** Search for `ms` milliseconds: the number of executions, exact if that was all. */
function trySearch(s: DporState, ms: number): Estimate {
  for (;;) {
    try {
      s.reset();
      const tally = new Tally({ bounds: { ms, steps: MAX_STEPS } });
      let depths = 0;
      const stop = searchDpor(
        s,
        tally,
        () => {
          s.m.faultCode = '';
          return 'go on';
        },
        () => {
          depths += s.m.depth;
        },
      );
      const { executions } = tally;
      return {
        mean: executions,
        sd: 0,
        samples: executions,
        steps: depths / Math.max(executions, 1),
        exact: stop === 'exhausted',
      };
    } catch (error) {
      if (!(error instanceof RestartSignal)) throw error;
    }
  }
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
