import type { Program } from '@racewalk/core/step';
import { executionOf } from '../models/table.js';
import { Automata, RestartSignal } from '../program/automata.js';
import { searchDpor } from '../searches/dpor/search.js';
import { DporState } from '../searches/dpor/state.js';
import { Prng } from '../searches/sampling/prng.js';
import { Tally } from '../searches/tally.js';
import type { Estimate, EstimateOptions } from '../types.js';
import { Sweeper, type Swept } from './sweep.js';

const MAX_STEPS = 10_000;
/** Nodes in a layer: of the sweep that only looks around, and of the first that counts. */
const LOOK_AROUND = 64;
const FIRST_WIDTH = 256;
/** A sweep twice as wide takes about twice as long. */
const FACTOR = 2;

/**
 * Estimates how many executions a `dpor` search of `program` has to make. First the search itself gets
 * half of the time; if it ends, the number is exact. Then the classes of schedules are counted layer by
 * layer, where schedules that lead to the same state are counted together and layers that get too wide
 * are thinned at random; wider and wider, as time permits. Often that is exact, too, long before a search
 * could be: it visits states, not executions. If not, the error is that of a sample, see `sd`.
 */
export function estimate(program: Program, options: EstimateOptions = {}): Estimate {
  // Histories that join are counted together; no verdict rests on it.
  const auto = new Automata(program, options.memory ?? program.memory, true);
  auto.start();
  const ms = options.ms ?? 200;
  const until = performance.now() + ms;
  const searched = trySearch(new DporState(executionOf(auto)), ms / 2);
  if (searched.exact) return searched;
  for (;;) {
    try {
      const swept = withoutMirrors(program, sweeps(new Sweeper(executionOf(auto)), options, until));
      return { ...swept, mean: Math.max(swept.mean, searched.mean) };
    } catch (error) {
      if (!(error instanceof RestartSignal)) throw error;
    }
  }
}

/**
 * Sweeps know nothing of interchangeable threads. Apart from the few schedules that are their own mirror
 * image, each has as many images as there are orders of the twins.
 */
function withoutMirrors({ symmetric = [] }: Program, swept: Estimate): Estimate {
  let orders = 1;
  for (const twins of symmetric) for (let i = 2; i <= twins.length; i++) orders *= i;
  if (orders === 1) return swept;
  return { ...swept, mean: swept.mean / orders, sd: swept.sd / orders, exact: false };
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
          s.x.faultCode = '';
          return 'go on';
        },
        () => {
          depths += s.x.depth;
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

/** Sweeps of growing width: as many as `options.samples`, else until the time is up, but two at least. */
function sweeps(sweeper: Sweeper, options: EstimateOptions, until: number): Estimate {
  const { samples: wanted, seed = 1 } = options;
  const made: { width: number; swept: Swept }[] = [];
  let width = LOOK_AROUND;
  const late = (): boolean => wanted === undefined && made.length >= 2 && performance.now() >= until;
  for (let i = 0; wanted === undefined ? i < 2 || performance.now() < until : i < wanted; i++) {
    const began = performance.now();
    const swept = sweeper.run(width, MAX_STEPS, new Prng(seed, i), late);
    if (swept.late) break;
    if (swept.exact) return exactly(swept, i + 1);
    made.push({ width, swept });
    const now = performance.now();
    if (i === 0) width = FIRST_WIDTH;
    else if (wanted !== undefined || now + FACTOR * (now - began) < until) width *= FACTOR;
  }
  // The first sweep only learns what the threads do; until that is known, parts of the tree look finished.
  return summary(made.length > 1 ? made.slice(1) : made);
}

function exactly({ executions, steps }: Swept, samples: number): Estimate {
  const exact = executions <= Number.MAX_SAFE_INTEGER;
  return { mean: executions, sd: 0, samples, steps: steps / executions, exact };
}

/** The mean, each sweep with its width as weight: its variance goes down with it. */
function summary(made: readonly { width: number; swept: Swept }[]): Estimate {
  let widths = 0;
  let executions = 0;
  let steps = 0;
  for (const { width, swept } of made) {
    widths += width;
    executions += width * swept.executions;
    steps += width * swept.steps;
  }
  const mean = executions / widths;
  let squares = 0;
  for (const { width, swept } of made) squares += width * (swept.executions - mean) ** 2;
  const sd = made.length > 1 ? Math.sqrt(squares / widths / (made.length - 1)) : mean;
  return { mean, sd, samples: made.length, steps: steps / Math.max(executions, 1), exact: false };
}
