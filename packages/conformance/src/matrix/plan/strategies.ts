/** The names of the explorer's strategies, for options and schemas. */
import type { Strategy } from '@racewalk/explorer';

/** The compiler demands that none is missing. */
const NAMES: Readonly<Record<Strategy, true>> = {
  dpor: true,
  stateful: true,
  random: true,
  pct: true,
  bfs: true,
};

/** Every strategy by name. */
export const STRATEGIES: readonly Strategy[] = Object.keys(NAMES) as Strategy[];
