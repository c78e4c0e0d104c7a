import { RacewalkError } from '../../errors.js';
import type { Execution } from '../../execution/execution.js';
import { executionOf } from '../../models/table.js';
import { LIVELOCK } from '../../program/messages.js';
import { faultsOf } from '../faults.js';
import type { Keep, Search, SearchKind } from '../search.js';
import type { Stop, Tally } from '../tally.js';
import { FairCycles } from './fair.js';
import { StateKey } from './key.js';
import { Masks } from './masks.js';
import { MOST_AGENTS, StatefulSearch } from './search.js';

const MOST_STATES = 50_000_000;

/** The search over states, and after it the search for livelocks if some execution comes back to a state. */
class Stateful implements Search {
  readonly x: Execution;
  readonly #search: StatefulSearch;
  #fair: FairCycles | null = null;

  constructor(x: Execution) {
    if (x.agents > MOST_AGENTS) {
      throw new RacewalkError(
        'E_OPTION',
        `strategy stateful knows at most ${MOST_AGENTS} threads and store buffers, here are ${x.agents}`,
        { hint: 'use dpor' },
      );
    }
    this.x = x;
    this.#search = new StatefulSearch(x);
  }

  get bytesPerState(): number {
    return this.#search.key.store.bytes / Math.max(1, this.#search.states);
  }

  run(tally: Tally, keep: Keep): Stop {
    const search = this.#search;
    const stop = search.run(tally, faultsOf(this.x, tally, keep));
    if (stop !== 'exhausted' || !search.cyclic) return stop;
    this.#fair ??= fairCycles(executionOf(this.x.auto));
    const { stop: end, round } = this.#fair.run(tally);
    tally.steps = search.steps;
    if (round !== null) {
      keep('LIVE', LIVELOCK, round);
      tally.executions++;
      tally.deadlocks++;
    }
    return end;
  }
}

function fairCycles(x: Execution): FairCycles {
  return new FairCycles(x, new StateKey(x, new Masks(x.auto.foots, x.cells), 0));
}

/** All states, each once, reduced by persistent sets and sleep sets. */
export const STATEFUL: SearchKind = {
  create: (x) => new Stateful(x),
  bounds: (given) => ({ ...given, states: given.states ?? MOST_STATES }),
  keepsStates: true,
  countsPreemptions: false,
  resumes: 'in memory',
};
