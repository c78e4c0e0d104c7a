import type { Execution } from '../../execution/execution.js';
import type { Bounds, ExploreOptions } from '../../types.js';
import { faultsOf } from '../faults.js';
import type { Keep, Search, SearchKind } from '../search.js';
import type { Stop, Tally } from '../tally.js';
import { PctSampler, RandomSampler, type Sampler } from './samplers.js';
import { searchSampling } from './search.js';

/** Executions that are drawn if nothing else ends the search. */
const ENOUGH = 10_000;

/** Which schedule is drawn depends only on how many were drawn before, and the tally knows that. */
class Sampling implements Search {
  readonly x: Execution;
  readonly #sampler: Sampler;
  readonly #seed: number;

  constructor(x: Execution, sampler: Sampler, { seed = 1 }: ExploreOptions) {
    this.x = x;
    this.#sampler = sampler;
    this.#seed = seed;
  }

  run(tally: Tally, keep: Keep): Stop {
    return searchSampling(this.x, this.#sampler, this.#seed, tally, faultsOf(this.x, tally, keep));
  }

  save(): null {
    return null;
  }

  resume(): void {}
}

const COMMON = {
  bounds: (given: Bounds): Bounds =>
    given.executions === undefined && given.ms === undefined ? { ...given, executions: ENOUGH } : given,
  keepsStates: false,
  countsPreemptions: false,
  resumes: 'from JSON',
} as const;

/** A thread drawn uniformly at every step. */
export const RANDOM: SearchKind = {
  ...COMMON,
  create: (x, options) => new Sampling(x, new RandomSampler(), options),
};

/** Random priorities with a few change points. */
export const PCT: SearchKind = {
  ...COMMON,
  create: (x, options) => new Sampling(x, new PctSampler(x.agents, options.depth ?? 3), options),
};
