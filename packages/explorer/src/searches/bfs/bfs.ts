import type { Execution } from '../../execution/execution.js';
import type { Keep, Search, SearchKind } from '../search.js';
import type { Stop, Tally } from '../tally.js';
import { MOST_STATES, StateSearch } from './search.js';

class Bfs implements Search {
  readonly x: Execution;

  constructor(x: Execution) {
    this.x = x;
  }

  run(tally: Tally, keep: Keep): Stop {
    const search = new StateSearch(this.x, tally, () => true);
    const stop = search.run();
    if (search.found !== null) keep(search.found.code, search.found.message, search.found.path);
    return stop;
  }
}

/** All states, fewest preemptions first. */
export const BFS: SearchKind = {
  create: (x) => new Bfs(x),
  bounds: (given) => ({ ...given, states: given.states ?? MOST_STATES }),
  keepsStates: true,
  countsPreemptions: true,
  resumes: 'never',
};
