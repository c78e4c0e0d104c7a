import type { Execution } from '../../execution/execution.js';
import { faultsOf } from '../faults.js';
import type { Keep, Search, SearchKind } from '../search.js';
import type { Stop, Tally } from '../tally.js';
import { foundLivelock } from './livelock.js';
import { restoreDpor, type SavedDpor, saveDpor } from './save.js';
import { searchDpor } from './search.js';
import { DporState } from './state.js';

class Dpor implements Search {
  readonly x: Execution;
  readonly #s: DporState;

  constructor(x: Execution) {
    this.x = x;
    this.#s = new DporState(x);
    this.#s.reset();
  }

  run(tally: Tally, keep: Keep): Stop {
    const { x } = this;
    const goesRound = (): boolean => foundLivelock(x, tally, keep);
    const stop = searchDpor(this.#s, tally, faultsOf(x, tally, keep), undefined, goesRound);
    return stop === 'steps' && goesRound() ? 'fault' : stop;
  }

  save(): SavedDpor {
    return saveDpor(this.#s);
  }

  resume(saved: unknown): void {
    restoreDpor(this.#s, saved as SavedDpor);
  }
}

/** Optimal dynamic partial order reduction. */
export const DPOR: SearchKind = {
  create: (x) => new Dpor(x),
  bounds: (given) => given,
  keepsStates: false,
  countsPreemptions: false,
  resumes: 'from JSON',
};
