import { RacewalkError } from '../errors.js';
import type { ExploreOptions, Strategy } from '../types.js';
import { BFS } from './bfs/bfs.js';
import { DPOR } from './dpor/dpor.js';
import { PCT, RANDOM } from './sampling/sampling.js';
import type { SearchKind } from './search.js';
import { STATEFUL } from './stateful/stateful.js';

/** All searches, by the name of their strategy. */
export const SEARCHES: { readonly [name in Strategy]: SearchKind } = {
  dpor: DPOR,
  stateful: STATEFUL,
  bfs: BFS,
  random: RANDOM,
  pct: PCT,
};

/** The strategy that is meant: of the two searches over states, `bfs` is the one that counts preemptions. */
export function strategyOf({ strategy, bounds }: ExploreOptions): Strategy {
  if (bounds?.preemptions === undefined) return strategy ?? 'dpor';
  const meant = strategy === undefined || strategy === 'stateful' ? 'bfs' : strategy;
  if (SEARCHES[meant].countsPreemptions) return meant;
  throw new RacewalkError('E_OPTION', `strategy ${meant} does not know a preemption bound`, {
    hint: "leave the strategy out, or use 'bfs'",
  });
}
