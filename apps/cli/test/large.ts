import { module } from './command.js';

/** The race of `modules/large.mjs` on arm64-contpte: large enough to be cut up, interrupted and resumed. */

/** Its executions, as the commands print them. */
export const LARGE_EXECUTIONS = '661 598';

/** What names its search to a command; in order, which is what the number is of. */
export const LARGE: readonly string[] = [
  'large/two-walkers',
  '--scenarios',
  module('large'),
  '--arch',
  'arm64-contpte',
  '--memory',
  'sc',
];
